import type { EmitterWebhookEvent, EmitterWebhookEventName } from '@octokit/webhooks';
import { pino } from 'pino';
import { Probot } from 'probot';
import { type Intent, intentOf, type Occasion, type Self } from './core/intent.ts';
import type { Delivery } from './ports/delivery-store.ts';
import type { AppSettings } from './settings.ts';

/** Does what an intent asks for; returns what came of it, for people. */
export type Act = (intent: Intent, occasion: Occasion) => Promise<string>;

/** Events of the App, as Probot names them. The actions that mean something are `intentReaders`' business. */
export const events = [
	'issues.labeled',
	'issues.unlabeled',
	'issues.closed',
	'issues.deleted',
	'issues.transferred',
	'issue_comment.created',
	'pull_request.synchronize',
	'pull_request.edited',
	'pull_request.reopened',
	'pull_request.ready_for_review',
	'pull_request.closed',
	'pull_request_review.submitted',
	'pull_request_review.dismissed',
	'check_run.completed',
	'check_run.rerequested',
	'check_suite.completed',
	'status',
	'merge_group.checks_requested',
	'installation',
	'installation_repositories',
] as const satisfies EmitterWebhookEventName[];

/** The Probot app: every event becomes an intent, which is handed on. */
export function factoryApp(
	self: Self,
	act: (intent: Intent, delivery: string) => Promise<void>,
): (app: Probot) => void {
	return (app) => {
		app.on([...events], ({ id, name, payload }) => act(intentOf(name, payload, self), id));
	};
}

/**
 * A function that runs a stored delivery through the Probot app and returns what came of it. Probot's own server, secret and Octokit
 * are not used: it takes the default secret `development`, keeps no delivery and sends POSTs again, so the rim is ours
 * (src/server.ts) and GitHub is reached through the forge port. Rejects with what `act` threw.
 */
export async function createReceiver(
	settings: Pick<AppSettings, 'id' | 'privateKey' | 'webhookSecret'>,
	self: Self,
	act: Act,
): Promise<(delivery: Delivery) => Promise<string>> {
	const probot = new Probot({
		appId: settings.id,
		privateKey: settings.privateKey,
		secret: settings.webhookSecret,
		// Probot logs whole events and errors; what is worth a line is logged by the worker.
		log: pino({ level: 'silent' }),
	});
	/** Deliveries in hand: what Probot's events do not carry. */
	const receivedAts = new Map<string, number>();
	const notes = new Map<string, string>();
	await probot.ready();
	await probot.load(
		factoryApp(self, async (intent, delivery) => {
			notes.set(delivery, await act(intent, { delivery, receivedAt: receivedAts.get(delivery) ?? 0 }));
		}),
	);
	return async ({ id, event, payload, receivedAt }) => {
		receivedAts.set(id, receivedAt);
		try {
			await probot.receive({ id, name: event, payload: JSON.parse(payload) } as EmitterWebhookEvent);
			return notes.get(id) ?? 'ignored: not an event of ours';
		} catch (error) {
			throw withoutEvent(error);
		} finally {
			receivedAts.delete(id);
			notes.delete(id);
		}
	};
}

/** The handler's own error. Webhooks wrap it and hang the whole payload on it, which must not reach a log. */
function withoutEvent(error: unknown): unknown {
	const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
	if (first instanceof Error) Reflect.deleteProperty(first, 'event');
	return first;
}

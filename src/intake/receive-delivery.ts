import type { IncomingMessage } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryStore } from '../ports/delivery-store.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import { type BodyBudget, readBody } from './read-body.ts';
import { isSignature, verifySignature } from './verify-signature.ts';
import { within } from './within.ts';

/** GitHub's own limit: it never sends more. https://docs.github.com/webhooks/webhook-events-and-payloads */
export const bodyLimit = 25 * 1024 * 1024;

/** GitHub gives up after 10 s; most of that is the network's. */
const storeDeadlineMs = 2000;

export interface Intake {
	/** The current secret first. */
	secrets: readonly string[];
	deliveries: Pick<DeliveryStore, 'put'>;
	queue: Pick<Queue, 'wake'>;
	clock: Clock;
	log: Log;
	budget: BodyBudget;
}

/** What to answer. `close` ends the connection, whose rest of the body is not worth reading. */
export interface Answer {
	status: number;
	body: { [key: string]: string };
	connection: 'keep' | 'close';
}

/**
 * Takes one webhook request. 202 means that the delivery is durably stored (or was before); every other answer promises nothing, so
 * GitHub shows it as failed and a person or a script can redeliver it, also when a store that was too slow has taken it in after
 * all. Nothing of an unsigned body is logged or answered, and no error carries internals.
 */
export async function receiveDelivery(request: IncomingMessage, intake: Intake): Promise<Answer> {
	const { 'content-type': type, 'x-github-event': event, 'x-github-delivery': id } = request.headers;
	const signature = request.headers['x-hub-signature-256'];
	if (!/^application\/json(\s*;|$)/i.test(type ?? ''))
		return refuse(415, 'The content type must be application/json', 'close');
	if (typeof event !== 'string' || !/^[a-z_]{1,64}$/.test(event))
		return refuse(400, 'X-GitHub-Event is missing', 'close');
	if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) return refuse(400, 'X-GitHub-Delivery is missing', 'close');
	if (typeof signature !== 'string' || !isSignature(signature)) {
		return refuse(400, 'X-Hub-Signature-256 is missing or malformed', 'close');
	}

	const body = await readBody(request, bodyLimit, intake.budget);
	if (body.kind === 'too_large') return refuse(413, `The body is over ${bodyLimit} bytes`, 'close');
	if (body.kind === 'busy') return refuse(503, 'Too many large requests at once', 'close');
	if (body.kind === 'aborted') return refuse(400, 'The body ended early', 'close');
	if (!verifySignature(intake.secrets, body.bytes, signature)) {
		intake.log.warn({ event, delivery: id, bytes: body.bytes.length }, 'Delivery refused: wrong signature');
		return refuse(400, 'The signature does not match', 'keep');
	}
	const payload = parsePayload(body.bytes);
	if (payload === null) return refuse(400, 'The body is not a JSON object', 'keep');

	let result: 'stored' | 'duplicate';
	try {
		const delivery = { id, event, payload, receivedAt: intake.clock.now() };
		result = await within(storeDeadlineMs, 'Storing the delivery', intake.deliveries.put(delivery));
	} catch (error) {
		intake.log.error({ err: error, event, delivery: id }, 'Delivery not stored');
		return refuse(503, 'The delivery could not be stored; redeliver it', 'keep');
	}
	wakeLater(intake, id);
	return { status: 202, body: { delivery: id, result }, connection: 'keep' };
}

function refuse(status: number, error: string, connection: Answer['connection']): Answer {
	return { status, body: { error }, connection };
}

/** The text of a JSON object, or null for anything else; bytes that are not UTF-8 included. */
function parsePayload(bytes: Buffer): string | null {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : null;
	} catch {
		return null;
	}
}

/** A lost wake does no harm: unsettled deliveries are found in the store on start and on a timer. */
function wakeLater(intake: Intake, id: string): void {
	intake.queue.wake({ lane: 'delivery', id }).catch((error: unknown) => {
		intake.log.warn({ err: error, delivery: id }, 'Wake for a delivery failed; the sweep will find it');
	});
}

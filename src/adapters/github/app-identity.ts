import type { Octokit } from '@octokit/rest';
import { toFault } from './wire-error.ts';

/** Who the App is on GitHub. */
export interface AppIdentity {
	id: number;
	slug: string;
	/** The login under which it comments and commits: `SLUG[bot]`. */
	login: string;
	name: string;
	/** Where people install it. */
	url: string;
	permissions: Record<string, string>;
	events: string[];
}

export interface InstallationSummary {
	id: number;
	account: string;
	suspended: boolean;
	permissions: Record<string, string>;
}

/** Asks GitHub who the App is. @throws Fault permanent when the id and the key do not belong together. */
export async function appIdentity(app: Octokit, now: () => number): Promise<AppIdentity> {
	try {
		const { data } = await app.rest.apps.getAuthenticated();
		if (data?.slug === undefined) throw new Error('GitHub named no App');
		return {
			id: data.id,
			slug: data.slug,
			login: `${data.slug}[bot]`,
			name: data.name,
			url: data.html_url,
			permissions: asStrings(data.permissions),
			events: data.events,
		};
	} catch (error) {
		throw toFault(error, 'asking GitHub which App this is', now());
	}
}

/** Every installation of the App. */
export async function appInstallations(app: Octokit, now: () => number): Promise<InstallationSummary[]> {
	try {
		const installations = await app.paginate(app.rest.apps.listInstallations, { per_page: 100 });
		return installations.map(({ id, account, suspended_at, permissions }) => ({
			id,
			account: account !== null && 'login' in account ? account.login : '',
			suspended: suspended_at !== null,
			permissions: asStrings(permissions),
		}));
	} catch (error) {
		throw toFault(error, 'listing the installations of the App', now());
	}
}

function asStrings(permissions: object): Record<string, string> {
	const entries = Object.entries(permissions).filter(
		(entry): entry is [string, string] => typeof entry[1] === 'string',
	);
	return Object.fromEntries(entries);
}

export interface AppWebhook {
	/** Null when the App has none. */
	url: string | null;
	/** Newest first. A status code of 0 means that nobody answered. */
	deliveries: { statusCode: number; deliveredAt: string }[];
}

/** Where GitHub sends the App's deliveries, and how the newest went. */
export async function appWebhook(app: Octokit, now: () => number): Promise<AppWebhook> {
	try {
		const { data: config } = await app.rest.apps.getWebhookConfigForApp();
		const { data: deliveries } = await app.rest.apps.listWebhookDeliveries({ per_page: 20 });
		return {
			url: config.url ?? null,
			deliveries: deliveries.map(({ status_code, delivered_at }) => {
				return { statusCode: status_code, deliveredAt: delivered_at };
			}),
		};
	} catch (error) {
		throw toFault(error, 'asking GitHub for the webhook of the App', now());
	}
}

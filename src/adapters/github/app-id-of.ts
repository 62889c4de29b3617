import type { Octokit } from '@octokit/rest';
import { statusOf, toFault } from './wire-error.ts';

/**
 * The id of the App whose bot has this login (`slug[bot]`), or null when there is none or it is private. Logins of bots can be
 * renamed with their App; the id is for ever, so allowlists hold ids. `octokit` is signed in by nobody: the page is public, and
 * the App's own JWT is not taken for it.
 * @throws Fault when GitHub cannot be asked.
 */
export async function appIdOf(octokit: Octokit, login: string, now: () => number): Promise<number | null> {
	const slug = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\[bot\]$/i.exec(login)?.[1];
	if (slug === undefined) return null;
	try {
		const { data } = await octokit.rest.apps.getBySlug({ app_slug: slug });
		return data?.id ?? null;
	} catch (error) {
		if (statusOf(error) === 404) return null;
		throw toFault(error, `asking which App ${slug} is`, now());
	}
}

import { inlineCode } from './markdown.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';

/** What GitHub says of somebody who asks. A login, a label or an author association is never enough. */
export type Standing =
	| { kind: 'person'; permission: string }
	/** An App; null when GitHub does not say which. */
	| { kind: 'app'; id: number | null }
	/** GitHub could not be asked. */
	| { kind: 'unknown' };

export type Authority = { kind: 'granted'; permission: string } | { kind: 'refused'; refusal: Refusal };

/** Permissions that count, weakest first; everything else (triage, read, none, an unknown role) counts as nothing. */
const ranks = ['write', 'maintain', 'admin'];

/**
 * Whether the factory obeys. Fails closed: an unknown standing, an unknown role and an App that is not on the list are refused.
 */
export function decideAuthority(
	login: string,
	standing: Standing,
	dispatch: Pick<Policy['dispatch'], 'permission' | 'apps'>,
): Authority {
	switch (standing.kind) {
		case 'unknown': {
			const message = `The permission of ${inlineCode(login)} could not be read from GitHub, so nothing was started. Please ask again later.`;
			return { kind: 'refused', refusal: { kind: 'permission_unknown', message } };
		}
		case 'app': {
			if (standing.id !== null && dispatch.apps.includes(standing.id)) return { kind: 'granted', permission: 'app' };
			const message = `${inlineCode(login)} is an App that may not ask for this here. A maintainer can add its id to \`dispatch.apps\`.`;
			return { kind: 'refused', refusal: { kind: 'not_permitted', message } };
		}
		case 'person': {
			const rank = ranks.indexOf(standing.permission);
			if (rank !== -1 && rank >= ranks.indexOf(dispatch.permission)) {
				return { kind: 'granted', permission: standing.permission };
			}
			const message = `This needs ${dispatch.permission} permission on the repository, which ${inlineCode(login)} does not have. A maintainer can ask instead.`;
			return { kind: 'refused', refusal: { kind: 'not_permitted', message } };
		}
	}
}

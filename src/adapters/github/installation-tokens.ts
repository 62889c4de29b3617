import type { Octokit } from '@octokit/rest';
import type { RepositoryName } from '../../core/subject.ts';
import { toFault } from './wire-error.ts';

/** The least that each use needs. A token of one kind is never used for another. */
export const tokenPermissions = {
	/** Fetching with git. */
	git: { contents: 'read' },
	/** Everything that only looks. */
	read: {
		checks: 'read',
		contents: 'read',
		issues: 'read',
		metadata: 'read',
		pull_requests: 'read',
		statuses: 'read',
	},
	/** Everything that changes something. No `workflows`: a run can never change what CI does with its secrets. */
	write: { checks: 'write', contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' },
} as const satisfies Record<string, Record<string, 'read' | 'write'>>;

export type TokenUse = keyof typeof tokenPermissions;

/** A token is not used in its last minutes: a long upload must not outlive it. */
const marginMs = 5 * 60_000;

/** Installation tokens, each for one repository and one use, kept until shortly before they expire (an hour after GitHub made them). */
export class InstallationTokens {
	readonly #app: Octokit;
	readonly #now: () => number;
	readonly #onToken: (token: string) => void;
	readonly #kept = new Map<string, Promise<{ token: string; expiresAt: number }>>();

	/** `app` signs in as the App itself. */
	constructor(app: Octokit, now: () => number, onToken: (token: string) => void = () => {}) {
		this.#app = app;
		this.#now = now;
		this.#onToken = onToken;
	}

	/** @throws Fault permanent when the App may not do this in the repository, or is not installed there any more. */
	async token(installation: number, repository: RepositoryName, use: TokenUse): Promise<string> {
		const key = keyOf(installation, repository, use);
		const kept = await this.#kept.get(key)?.catch(() => null);
		if (kept && kept.expiresAt - marginMs > this.#now()) return kept.token;
		const minting = this.#mint(installation, repository, use);
		this.#kept.set(key, minting);
		minting.catch(() => this.#kept.delete(key));
		return (await minting).token;
	}

	/** Forgets a token that GitHub no longer accepts. */
	forget(installation: number, repository: RepositoryName, use: TokenUse): void {
		this.#kept.delete(keyOf(installation, repository, use));
	}

	async #mint(installation: number, repository: RepositoryName, use: TokenUse) {
		try {
			const { data } = await this.#app.rest.apps.createInstallationAccessToken({
				installation_id: installation,
				repositories: [repository.name],
				permissions: tokenPermissions[use],
			});
			this.#onToken(data.token);
			return { token: data.token, expiresAt: Date.parse(data.expires_at) };
		} catch (error) {
			const place = `${repository.owner}/${repository.name}`;
			throw toFault(error, `asking for a ${use} token for ${place} as installation ${installation}`, this.#now());
		}
	}
}

function keyOf(installation: number, repository: RepositoryName, use: TokenUse): string {
	return `${installation} ${repository.owner}/${repository.name} ${use}`.toLowerCase();
}

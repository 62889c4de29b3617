import { createAppAuth } from '@octokit/auth-app';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { version } from '../../core/version.ts';
import type { Log } from '../../ports/log.ts';
import { fetchHere } from './fetch-here.ts';

const Throttled = Octokit.plugin(throttling);

/** How requests are spaced: as GitHub asks (one write a second, one notification in three), or not at all. */
export type Pacing = 'github' | 'none';

export interface GitHubConnection {
	apiUrl: string;
	log: Log;
	pacing: Pacing;
}

/** GitHub answers within 10 s or gives up itself; an upload may take longer. */
const requestTimeoutMs = 60_000;

/** Pacing is for GitHub's sake: an emulated one on this machine needs none. */
export function pacingFor(apiUrl: string): Pacing {
	return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(apiUrl).hostname) ? 'none' : 'github';
}

/** Signed in as the App itself, by a JWT. */
export function appOctokit(connection: GitHubConnection, app: { id: number; privateKey: string }): Octokit {
	return new Throttled({
		...commonOptions(connection, `app-${app.id}`),
		authStrategy: createAppAuth,
		auth: { appId: app.id, privateKey: app.privateKey },
	});
}

/** Signed in by nobody; the caller's hook adds a token to each request. Installations are throttled apart. */
export function installationOctokit(connection: GitHubConnection, installation: number): Octokit {
	return new Throttled(commonOptions(connection, `installation-${installation}`));
}

function commonOptions({ apiUrl, log, pacing }: GitHubConnection, id: string) {
	return {
		baseUrl: apiUrl,
		userAgent: `dark-factory/${version}`,
		log: {
			debug: (message: string) => log.debug({ octokit: message }, 'GitHub'),
			info: (message: string) => log.debug({ octokit: message }, 'GitHub'),
			warn: (message: string) => log.warn({ octokit: message }, 'GitHub'),
			// Octokit's request log calls every 404 an error; faults are reported where they are handled.
			error: (message: string) => log.debug({ octokit: message }, 'GitHub'),
		},
		request: {
			// A create that was answered 502 may have happened: only its effect's `find` may decide to make it again.
			retries: 0,
			fetch: (url: string, init: RequestInit) =>
				fetchHere(url, { ...init, signal: init.signal ?? AbortSignal.timeout(requestTimeoutMs) }),
		},
		throttle: {
			enabled: pacing === 'github',
			id,
			// Never sleep on a limit inside a worker: the error becomes a `delayed` fault.
			onRateLimit: () => false,
			onSecondaryRateLimit: () => false,
		},
	};
}

import type { Octokit } from '@octokit/rest';
import type { RepositoryName } from '../../core/subject.ts';
import type { AppIdentity } from './app-identity.ts';
import { type ContentBudget, createsContent } from './content-budget.ts';
import type { ImposedRest } from './imposed-rest.ts';
import type { InstallationTokens, TokenUse } from './installation-tokens.ts';
import { type GitHubConnection, installationOctokit } from './octokit.ts';
import { statusOf, toFault } from './wire-error.ts';

/** One repository and the means to call GitHub about it. */
export interface RepositoryClient {
	repository: RepositoryName;
	/** Owner and repository as GitHub's routes want them. */
	at: { owner: string; repo: string };
	self: AppIdentity;
	serverUrl: string;
	/** Runs calls to GitHub; `doing` says in an error what was tried. @throws Fault, and nothing else. */
	call<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T>;
	/** Like `call`, but 404 and 410 (deleted) give null. */
	look<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T | null>;
	token(use: TokenUse): Promise<string>;
}

export interface RepositoryClientOptions {
	connection: GitHubConnection;
	serverUrl: string;
	repository: RepositoryName;
	installation: number;
	self: AppIdentity;
	tokens: InstallationTokens;
	budget: ContentBudget;
	rest: ImposedRest;
	now: () => number;
}

export function repositoryClient(options: RepositoryClientOptions): RepositoryClient {
	const { connection, serverUrl, repository, installation, self, tokens, budget, rest, now } = options;
	const octokit = installationOctokit(connection, installation);

	octokit.hook.wrap('request', async (request, requestOptions) => {
		const use: TokenUse = requestOptions.method === 'GET' || requestOptions.method === 'HEAD' ? 'read' : 'write';
		rest.keep();
		if (createsContent(requestOptions.method, requestOptions.url)) budget.take();
		const authorized = async () => {
			// Changed in place: an inner hook is given these options, whatever an outer one passes on.
			requestOptions.headers.authorization = `token ${await tokens.token(installation, repository, use)}`;
			return await request(requestOptions);
		};
		try {
			return await authorized();
		} catch (error) {
			rest.learn(error);
			// Revoked before its time, for example because the App's permissions changed. A 401 has done nothing, so again is safe.
			if (statusOf(error) !== 401) throw error;
			tokens.forget(installation, repository, use);
			return await authorized();
		}
	});

	async function call<T>(doing: string, work: (octokit: Octokit) => Promise<T>): Promise<T> {
		try {
			return await work(octokit);
		} catch (error) {
			throw toFault(error, doing, now());
		}
	}

	return {
		repository,
		at: { owner: repository.owner, repo: repository.name },
		self,
		serverUrl,
		call,
		look: (doing, work) =>
			call(doing, async (client) => {
				try {
					return await work(client);
				} catch (error) {
					const status = statusOf(error);
					if (status === 404 || status === 410) return null;
					throw error;
				}
			}),
		token: (use) => tokens.token(installation, repository, use),
	};
}

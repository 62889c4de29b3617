import { Fault } from '../../core/fault.ts';
import { formatRepository, type RepositoryName } from '../../core/subject.ts';
import type { Forge, Forges } from '../../ports/forge.ts';
import type { Log } from '../../ports/log.ts';
import {
	type AppIdentity,
	type AppWebhook,
	appIdentity,
	appInstallations,
	appWebhook,
	type InstallationSummary,
} from './app-identity.ts';
import { ContentBudget } from './content-budget.ts';
import { githubChecks } from './github-checks.ts';
import { githubContents } from './github-contents.ts';
import { githubIssues } from './github-issues.ts';
import { githubPeople } from './github-people.ts';
import { githubPublishing } from './github-publishing.ts';
import { githubPulls } from './github-pulls.ts';
import { ImposedRest } from './imposed-rest.ts';
import { InstallationTokens } from './installation-tokens.ts';
import { appOctokit, type Pacing, pacingFor } from './octokit.ts';
import { repositoryClient } from './repository-client.ts';
import { statusOf, toFault } from './wire-error.ts';

export interface GitHubOptions {
	app: { id: number; privateKey: string };
	/** Without a slash at the end. */
	apiUrl: string;
	serverUrl: string;
	log: Log;
	/** Milliseconds since 1970. */
	now: () => number;
	/** Default: as GitHub asks, unless the API is on this machine. */
	pacing?: Pacing;
	/** Told each token that is minted, before it is used: it is never to be logged or sent. */
	onToken?: (token: string) => void;
}

export interface GitHubForges extends Forges {
	/** Who the App is; asked once. */
	identity(): Promise<AppIdentity>;
	installations(): Promise<InstallationSummary[]>;
	webhook(): Promise<AppWebhook>;
}

/** GitHub through one App: every repository that it is installed on. */
export function githubForges(options: GitHubOptions): GitHubForges {
	const { app, apiUrl, serverUrl, log, now } = options;
	const connection = { apiUrl, log, pacing: options.pacing ?? pacingFor(apiUrl) };
	const octokit = appOctokit(connection, app);
	const tokens = new InstallationTokens(octokit, now, options.onToken);
	const limits = new Map<number, { budget: ContentBudget; rest: ImposedRest }>();
	let identity: Promise<AppIdentity> | null = null;

	function identify(): Promise<AppIdentity> {
		if (identity === null) {
			identity = appIdentity(octokit, now);
			identity.catch(() => {
				identity = null;
			});
		}
		return identity;
	}

	async function installationOf(repository: RepositoryName): Promise<number> {
		try {
			const { data } = await octokit.rest.apps.getRepoInstallation({ owner: repository.owner, repo: repository.name });
			return data.id;
		} catch (error) {
			if (statusOf(error) === 404) {
				throw new Fault('permanent', `the App is not installed on ${formatRepository(repository)}`);
			}
			throw toFault(error, `looking for the installation on ${formatRepository(repository)}`, now());
		}
	}

	function limitsOf(installation: number) {
		const known = limits.get(installation) ?? { budget: new ContentBudget(now), rest: new ImposedRest(now) };
		limits.set(installation, known);
		return known;
	}

	return {
		identity: identify,
		installations: () => appInstallations(octokit, now),
		webhook: () => appWebhook(octokit, now),
		async open(repository, installation): Promise<Forge> {
			const self = await identify();
			const id = installation ?? (await installationOf(repository));
			const client = repositoryClient({
				connection,
				serverUrl,
				repository,
				installation: id,
				self,
				tokens,
				...limitsOf(id),
				now,
			});
			return {
				repository,
				...githubIssues(client),
				...githubPulls(client),
				...githubChecks(client),
				...githubContents(client),
				...githubPeople(client),
				...githubPublishing(client),
			};
		},
	};
}

import type { RestEndpointMethodTypes } from '@octokit/rest';
import { cut } from '../../core/markdown.ts';
import type { Check, Checks, Conclusion } from '../../ports/forge/checks.ts';
import type { RepositoryClient } from './repository-client.ts';

type WireRun = RestEndpointMethodTypes['checks']['get']['response']['data'];
type WireStatus = RestEndpointMethodTypes['repos']['listCommitStatusesForRef']['response']['data'][number];

/** GitHub's limit for a check run's summary. */
const summaryLimit = 65_535;

export function githubChecks(client: RepositoryClient): Checks {
	const { at, call, self } = client;
	return {
		checks: (sha) =>
			call(`reading the checks of ${sha}`, async (octokit) => {
				const query = { ...at, ref: sha, per_page: 100 };
				// `latest` would be one per name: another App's run of the same name could hide ours.
				const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...query, filter: 'all' });
				const statuses = await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, query);
				return [
					...newestBy(runs, (run) => `${run.app?.id ?? ''} ${run.name}`).map((run) => asCheck(run, self.id)),
					...newestBy(statuses, (status) => status.context).map(fromStatus),
				];
			}),

		putCheckRun: (input) =>
			call(`writing check run ${input.name}`, async (octokit) => {
				const query = { ...at, ref: input.headSha, check_name: input.name, app_id: self.id, per_page: 100 };
				const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...query, filter: 'all' });
				const own = runs.filter((run) => run.app?.id === self.id && run.external_id === input.externalId);
				const [newest] = newestBy(own, (run) => run.name);
				// A completed check run stays completed, whatever it is told: what waits again needs a new one, which then counts.
				// https://github.com/orgs/community/discussions/24761
				const found = newest?.status === 'completed' && input.status !== 'completed' ? undefined : newest;
				const body = {
					...at,
					name: input.name,
					external_id: input.externalId,
					status: input.status,
					...(input.conclusion === null ? {} : { conclusion: writable(input.conclusion) }),
					output: { title: input.title, summary: cut(input.summary, summaryLimit) },
				};
				const { data } =
					found === undefined
						? await octokit.rest.checks.create({ ...body, head_sha: input.headSha })
						: await octokit.rest.checks.update({ ...body, check_run_id: found.id });
				return { id: data.id, url: data.html_url };
			}),
	};
}

/** Conclusions that only GitHub itself may give are written as the nearest that an App may. */
function writable(conclusion: Conclusion) {
	return conclusion === 'stale' || conclusion === 'startup_failure' ? 'neutral' : conclusion;
}

/** The one with the highest id of each group. */
function newestBy<T extends { id: number }>(all: T[], keyOf: (one: T) => string): T[] {
	const newest = new Map<string, T>();
	for (const one of all) {
		const known = newest.get(keyOf(one));
		if (known === undefined || known.id < one.id) newest.set(keyOf(one), one);
	}
	return [...newest.values()];
}

function asCheck(run: WireRun, self: number): Check {
	const completed = run.status === 'completed';
	return {
		name: run.name,
		app: run.app?.slug ?? null,
		own: run.app?.id === self,
		// `waiting`, `requested` and `pending` are GitHub Actions' own ways of not having begun.
		status: run.status === 'completed' || run.status === 'in_progress' ? run.status : 'queued',
		conclusion: completed ? run.conclusion : null,
		summary: [run.output.title, run.output.summary].filter((text) => text !== null && text !== '').join('\n\n'),
		url: run.html_url ?? run.details_url,
	};
}

function fromStatus(status: WireStatus): Check {
	const pending = status.state === 'pending';
	return {
		name: status.context,
		app: null,
		own: false,
		status: pending ? 'in_progress' : 'completed',
		conclusion: pending ? null : status.state === 'success' ? 'success' : 'failure',
		summary: status.description ?? '',
		url: status.target_url,
	};
}

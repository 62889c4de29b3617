import { Fault } from '../src/core/fault.ts';
import type { Pull } from '../src/ports/forge/pulls.ts';
import { findPublished } from './find-published.ts';
import type { JobContext } from './job-context.ts';

/** The pull request that a job is about, as GitHub has it now, and what this run knows of its head. */
export interface PullRequestNow {
	pull: Pull;
	/** Where the base branch stands now. */
	baseSha: string;
	/** Tree of the commit that this run published, or was asked about. */
	treeSha: string;
	/** Why what this run proves does not hold for the pull request as it is now, or null. */
	unproven: string | null;
}

/** @returns null when it does not exist (any more). @throws Fault permanent when the job was not told which one. */
export async function findPullRequest(context: JobContext): Promise<PullRequestNow | null> {
	const { forge, frozen, git } = context;
	const number = Number(context.with.pullRequest);
	if (!Number.isSafeInteger(number) || number <= 0) {
		throw new Fault('permanent', `Job ${context.job.id} needs with: pullRequest, the number of a pull request.`);
	}
	const pull = await forge.pull(number);
	if (pull === null) return null;
	const baseSha = (await forge.branchSha(pull.baseRef)) ?? pull.baseSha;
	const published = findPublished(context);
	if (published !== null) {
		return {
			pull,
			baseSha,
			treeSha: published.treeSha,
			unproven: await findUnproven(context, pull, published.headSha),
		};
	}
	if (frozen.head === null)
		throw new Fault('permanent', `This run neither published a pull request nor is it about one.`);
	const { sha } = frozen.head;
	await git.ensure(sha, await forge.remote());
	return { pull, baseSha, treeSha: await git.treeOf(sha), unproven: await findUnproven(context, pull, sha) };
}

async function findUnproven({ forge, frozen }: JobContext, pull: Pull, expectedHead: string): Promise<string | null> {
	const anew = 'which this run did not prove; /factory evaluate judges it anew';
	if (pull.headSha !== expectedHead) return `somebody pushed ${pull.headSha.slice(0, 12)}, ${anew}`;
	// Policy, evidence and diff are of one base branch; what merges into another would escape its rules. A renamed branch is the same.
	if (pull.baseRef === frozen.baseRef || (await forge.branchSha(frozen.baseRef)) === null) return null;
	return `somebody made it a change of ${pull.baseRef} instead of ${frozen.baseRef}, ${anew}`;
}

/** The arms whose models wrote the change in this run; empty when a person did, or another run. */
export function findImplementers(context: JobContext): string[] {
	const jobs = new Set(context.workflow.jobs.filter((job) => job.uses === 'implement').map((job) => job.id));
	const arms = context.state.entries.flatMap(({ event }) =>
		event.type === 'model.responded' && jobs.has(event.job) ? [event.arm] : [],
	);
	const told = [...jobs].flatMap((id) => {
		const arm = context.state.jobs.get(id)?.outputs.arm;
		return typeof arm === 'string' ? [arm] : [];
	});
	return [...new Set([...arms, ...told])];
}

import { Fault } from '../src/core/fault.ts';
import type { JobContext } from './job-context.ts';

/**
 * The branch that the pull request is for: the one that the run began from or, when that was the default branch and is gone, what the
 * default branch is called now, if it goes on from the same commit. @throws Fault permanent when there is no such branch.
 */
export async function findBase({ forge, frozen }: JobContext): Promise<string> {
	const { baseRef, baseSha, defaultBranch } = frozen;
	if ((await forge.branchSha(baseRef)) !== null) return baseRef;
	const now = baseRef === defaultBranch ? await forge.defaultBranch() : null;
	if (now !== null && (await forge.mergeBase(baseSha, now.sha)) === baseSha) return now.name;
	throw new Fault(
		'permanent',
		`the branch ${baseRef}, which the change is for, is gone; a new run starts from what is there`,
	);
}

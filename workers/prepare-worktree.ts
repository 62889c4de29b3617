import type { ProofCommand } from '../src/core/choose-commands.ts';
import type { CommandRecord } from '../src/core/evidence.ts';
import { applyTree } from './apply-tree.ts';
import type { JobContext } from './job-context.ts';
import { runCheck } from './run-check.ts';
import { type JobWorkspace, worktreeName } from './workspace.ts';

export interface PreparedWorktree {
	/** The setup's record when it did not succeed. */
	failure: CommandRecord | null;
	/** The tree that the agent's work amounts to: what setup left behind (packages that no ignore file names) is not part of it. */
	changedTree(): Promise<string>;
}

/**
 * Runs the setup command in a worktree that holds tree `start`. The state after it is journaled when it differs, since a
 * resumed job has to tell the same leftovers from the same work.
 */
export async function prepareWorktree(
	context: JobContext,
	workspace: JobWorkspace,
	start: string,
	setup: ProofCommand | null,
): Promise<PreparedWorktree> {
	if (setup === null) return { failure: null, changedTree: () => workspace.save() };
	const where = { on: context.job.round === 1 ? ('base' as const) : ('head' as const), treeSha: start };
	const record = await runCheck(context, workspace.worktree, setup, where, 'pass');
	const failure = record.verdict === 'as_expected' ? null : record;
	const prepared = findPrepared(context) ?? (await workspace.save());
	if (prepared === start) return { failure, changedTree: () => workspace.save() };
	if (findPrepared(context) === null) {
		await context.record([{ type: 'tree.saved', job: context.job.id, turn: 0, treeSha: prepared }]);
	}
	await workspace.restore(prepared);
	return { failure, changedTree: async () => await carryOver(context, prepared, await workspace.save(), start) };
}

function findPrepared(context: JobContext): string | null {
	const { entries } = context.refresh();
	for (const { seq, event } of entries) {
		if (seq <= context.job.roundSeq || event.type !== 'tree.saved') continue;
		if (event.job === context.job.id && event.turn === 0) return event.treeSha;
	}
	return null;
}

/** The tree `onto` with the differences between `from` and `to`. */
async function carryOver(context: JobContext, from: string, to: string, onto: string): Promise<string> {
	const { frozen, git } = context;
	const worktree = await git.checkOut(onto, worktreeName(context, '-clean'));
	try {
		await applyTree(git, worktree.directory, from, to);
		return await git.save(worktree, frozen.baseSha);
	} finally {
		await worktree.remove();
	}
}

import type { Workspace } from '../src/agent/agent-task.ts';
import type { Worktree } from '../src/ports/git.ts';
import { applyTree } from './apply-tree.ts';
import type { JobContext } from './job-context.ts';
import { networkOf } from './network-of.ts';

/** Output of one command that is kept in memory, in bytes. */
const outputLimit = 4 * 1024 * 1024;

export interface JobWorkspace extends Workspace {
	readonly worktree: Worktree;
}

/** The name of a job's worktree; job ids may hold `_`, names of worktrees not. */
export function worktreeName(context: JobContext, purpose = ''): string {
	return `${context.run}-${context.job.id.replaceAll('_', '--')}${purpose}`.slice(0, 100);
}

/**
 * Works in a fresh worktree of `treeish`, bound to the sandbox with the network of `network.run`, and removes it afterwards, however
 * the work ended.
 */
export async function withWorkspace<T>(
	context: JobContext,
	treeish: string,
	work: (workspace: JobWorkspace) => Promise<T>,
): Promise<T> {
	const { artifacts, frozen, git, run, sandbox } = context;
	const worktree = await git.checkOut(treeish, worktreeName(context));
	try {
		return await work({
			worktree,
			directory: worktree.directory,
			run: (script, timeoutMs, signal) =>
				sandbox.run(
					{
						script,
						directory: worktree.directory,
						writable: [],
						environment: { CI: 'true' },
						network: networkOf(frozen.policy.network.run),
						timeoutMs,
						outputLimit,
					},
					signal,
				),
			save: () => git.save(worktree, frozen.baseSha),
			restore: async (treeSha) => {
				await applyTree(git, worktree.directory, await git.save(worktree, frozen.baseSha), treeSha);
			},
			keep: (bytes) => artifacts.put(run, bytes, 'text/plain; charset=utf-8'),
		});
	} finally {
		await worktree.remove();
	}
}

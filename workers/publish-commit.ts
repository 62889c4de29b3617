import type { ChangeSet } from '../src/core/change-set.ts';
import { Fault } from '../src/core/fault.ts';
import type { PublishedFile } from '../src/ports/forge/publishing.ts';
import { isPublishable } from '../src/ports/git.ts';
import { branchEffect, type Published } from './find-published.ts';
import type { JobContext } from './job-context.ts';

export interface CommitRequest {
	treeSha: string;
	message: string;
	branch: string;
	/** What the branch holds already; null for the first time. */
	previous: Published | null;
	/** Of the commit, ms since 1970; the same on every retry. GitHub takes its own. */
	at: number;
}

/**
 * Commits a tree through the forge and puts the branch on it. @returns null when somebody else moved the branch.
 * @throws Fault permanent when GitHub's tree is not the proven one: nothing but what was proven may be published.
 */
export async function publishCommit(context: JobContext, request: CommitRequest): Promise<string | null> {
	const { frozen, forge, git } = context;
	const { treeSha, previous, branch } = request;
	if (previous?.treeSha === treeSha) return previous.headSha;
	const parentSha = previous?.headSha ?? frozen.baseSha;
	const baseTreeSha = previous?.treeSha ?? (await git.treeOf(frozen.baseSha));
	const commit = await context.effect({
		key: `commit:${parentSha}:${treeSha}`,
		kind: 'commit',
		// A commit that nothing points to cannot be found, and GitHub dates the next one anew. One whose answer was lost stays unseen
		// and is collected: only the one that is recorded here comes onto the branch.
		find: async () => null,
		make: async () => {
			const files = await readFiles(context, await git.changes(baseTreeSha, treeSha, 0));
			const date = new Date(request.at).toISOString();
			const made = await forge.createCommit({ parentSha, baseTreeSha, files, message: request.message, date });
			if (made.treeSha !== treeSha) {
				throw new Fault('permanent', `GitHub made tree ${made.treeSha} of the proven tree ${treeSha}.`);
			}
			return { sha: made.sha };
		},
	});
	const put = await context.effect({
		key: `branch:${branch}:${commit.sha}`,
		kind: branchEffect,
		find: async () =>
			(await forge.branchSha(branch)) === commit.sha ? { sha: commit.sha, treeSha, moved: false } : null,
		make: async () => {
			const answer = await forge.putBranch(branch, commit.sha, previous?.headSha ?? null);
			return { sha: commit.sha, treeSha, moved: answer === 'moved' };
		},
	});
	return put.moved ? null : commit.sha;
}

async function readFiles(context: JobContext, changes: ChangeSet): Promise<PublishedFile[]> {
	const files: PublishedFile[] = [];
	for (const { path, mode, blobSha } of changes.files) {
		if (blobSha === null) files.push({ path, mode: '100644', content: null });
		else if (isPublishable(mode)) files.push({ path, mode, content: await context.git.readBlob(blobSha) });
		else throw new Fault('permanent', `${path} has mode ${mode}, which is never published.`);
	}
	return files;
}

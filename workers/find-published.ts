import type { JobContext } from './job-context.ts';

/** What this run has on GitHub so far: the last commit it put on its branch, and the tree of that commit. */
export interface Published {
	headSha: string;
	treeSha: string;
	/** Sequence number of the journal entry that put it there, and its time in ms since 1970. */
	seq: number;
	at: number;
}

/** From the journal: the newest commit that `publish` moved the run's branch to; null before the first. */
export function findPublished(context: JobContext): Published | null {
	for (const { event, seq, at } of context.refresh().entries.toReversed()) {
		if (event.type !== 'effect.done' || event.kind !== branchEffect) continue;
		const { result } = event;
		if (result === null || typeof result !== 'object' || Array.isArray(result) || result.moved === true) continue;
		const { sha, treeSha } = result;
		if (typeof sha === 'string' && typeof treeSha === 'string') return { headSha: sha, treeSha, seq, at };
	}
	return null;
}

/** Kind of the effect that puts a commit on the run's branch; its result is `{ sha, treeSha, moved }`. */
export const branchEffect = 'branch';

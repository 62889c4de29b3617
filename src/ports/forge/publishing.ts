import type { FileMode } from '../../core/change-set.ts';

/** A file to publish; `content` null deletes it. */
export interface PublishedFile {
	path: string;
	mode: FileMode;
	content: Uint8Array | null;
}

export interface Publishing {
	/**
	 * Makes a commit through the Git Data API (no git credential, verified by GitHub) and returns its SHA and tree.
	 * Idempotent in content; makes no branch. `date` (ISO 8601) fixes the commit's time, so that a retry makes the same commit.
	 */
	createCommit(commit: {
		parentSha: string;
		baseTreeSha: string;
		files: PublishedFile[];
		message: string;
		date: string;
	}): Promise<{ sha: string; treeSha: string }>;
	/** Creates the branch, or moves it forward from `expected`. `moved` when it is neither absent, `expected` nor already `sha`. */
	putBranch(
		branch: string,
		sha: string,
		expected: string | null,
	): Promise<'created' | 'updated' | 'unchanged' | 'moved'>;
	deleteBranch(branch: string): Promise<void>;
}

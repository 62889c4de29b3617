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
	 * Makes no branch, so whoever calls it twice leaves a commit behind that nothing points to. The trees of both are the same; the
	 * commits only where the forge takes `date` (ISO 8601): GitHub signs an App's commit only with a time of its own.
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

/** Modes that may be published (git's own): file, executable, symbolic link within the tree. */
export type FileMode = '100644' | '100755' | '120000';

/** One changed file between two trees. `mode` is git's, of the new side (of the old side when deleted). */
export interface FileChange {
	path: string;
	status: 'added' | 'modified' | 'deleted';
	mode: string;
	/** Blob SHA of the new content; null when deleted. */
	blobSha: string | null;
	/** Bytes of the new content; 0 when deleted. */
	size: number;
	addedLines: number;
	deletedLines: number;
	binary: boolean;
}

/** What a run wants to change: the difference between two trees. */
export interface ChangeSet {
	baseTreeSha: string;
	treeSha: string;
	files: FileChange[];
	/** Unified diff, for people and models; may be cut, then ends with a line that says so. */
	patch: string;
}

import type { ChangeSet, FileMode } from '../core/change-set.ts';
import type { RepositoryName } from '../core/subject.ts';

/** Where to fetch from. The authorization header is used for this one call and kept nowhere. */
export interface Remote {
	url: string;
	authorization: string | null;
}

export interface TreeEntry {
	path: string;
	mode: string;
	type: 'blob' | 'commit';
	sha: string;
	size: number;
}

/** A directory with the files of one tree and no git directory in it. The agent and commands see only this. */
export interface Worktree {
	/** Absolute path. */
	directory: string;
	/** Removes it; also done for leftovers at start. */
	remove(): Promise<void>;
}

/**
 * A git directory that the host alone owns, outside every sandbox. Every call uses the hardened environment and an explicit git
 * directory, so nothing that a repository contains is ever executed or configured by.
 */
export interface GitRepository {
	/** Makes the commit available, fetching when it is not. @throws Fault permanent when the remote does not have it. */
	ensure(commitSha: string, remote: Remote): Promise<void>;
	/** The tree of a commit. */
	treeOf(commitSha: string): Promise<string>;
	/** Null when there is no such file. `treeish` is a commit or tree SHA. */
	readFile(treeish: string, path: string): Promise<Uint8Array | null>;
	readBlob(sha: string): Promise<Uint8Array>;
	/** All files, recursively, sorted by path. */
	list(treeish: string): Promise<TreeEntry[]>;
	/** A fresh worktree named `name` (letters, digits, `-`), replacing one of that name. */
	checkOut(treeish: string, name: string): Promise<Worktree>;
	/**
	 * The worktree's files as a tree, honouring the ignore files of the base tree. Content is stored as it is: no filters, no attributes.
	 */
	save(worktree: Worktree, baseTreeish: string): Promise<string>;
	changes(baseTreeish: string, treeSha: string, patchLimit: number): Promise<ChangeSet>;
	/** Commits a tree locally on a new branch (for `run --repo`). */
	commit(treeSha: string, parentSha: string, message: string, branch: string): Promise<string>;
}

export interface Git {
	/** The host's repository for a GitHub repository, made when missing. */
	open(repository: RepositoryName): Promise<GitRepository>;
	/** git's version. @throws Fault permanent when git is missing or too old. */
	version(): Promise<string>;
}

export function isPublishable(mode: string): mode is FileMode {
	return mode === '100644' || mode === '100755' || mode === '120000';
}

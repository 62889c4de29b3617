import type { Remote } from '../git.ts';

export interface Contents {
	/** Null for an empty repository: no commit yet. */
	defaultBranch(): Promise<{ name: string; sha: string } | null>;
	/** The commit a branch points to, or null. */
	branchSha(branch: string): Promise<string | null>;
	/** A text file at a commit; null when absent. @throws Fault permanent when over 1 MiB. */
	readText(path: string, sha: string): Promise<string | null>;
	/** Names of the files directly in a directory at a commit; empty when absent. */
	listDirectory(path: string, sha: string): Promise<string[]>;
	/** Where git fetches from, with a read-only token for this one repository, minted now. */
	remote(): Promise<Remote>;
	/** A link to a commit, a file at a commit, or a comparison, for people. */
	link(target: { commit: string } | { file: string; at: string; line?: number }): string;
}

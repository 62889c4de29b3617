export interface Pull {
	number: number;
	title: string;
	body: string;
	state: 'open' | 'closed';
	merged: boolean;
	/** The commit on the base branch that it was merged as; null before, and where the forge does not say. */
	mergeSha: string | null;
	draft: boolean;
	author: string;
	headSha: string;
	headRef: string;
	baseSha: string;
	baseRef: string;
	/** Whether the head lives in another repository. */
	fork: boolean;
	url: string;
	nodeId: string;
	labels: string[];
}

export interface Review {
	author: string;
	authorIsBot: boolean;
	state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'pending';
	/** The commit that was reviewed. */
	commitSha: string;
	submittedAt: string;
}

export interface Pulls {
	pull(number: number): Promise<Pull | null>;
	/** Open or closed pull requests of this repository whose head is `branch` of this repository, newest first. */
	pullsOfBranch(branch: string): Promise<Pull[]>;
	createPull(pull: { title: string; body: string; head: string; base: string; draft: boolean }): Promise<Pull>;
	updatePull(number: number, change: { title?: string; body?: string; state?: 'closed' }): Promise<void>;
	/** By GraphQL, the only way there is. */
	markReady(pull: Pull): Promise<void>;
	reviews(number: number): Promise<Review[]>;
	/** The newest commit that both have: what a pull request's own changes are counted from. */
	mergeBase(baseSha: string, headSha: string): Promise<string>;
	/**
	 * Merges exactly `sha`. `head_moved` when the head is another by now (409), `not_mergeable` when GitHub refuses (405, 422).
	 */
	merge(
		number: number,
		options: { sha: string; method: 'merge' | 'squash' | 'rebase'; title: string; message: string },
	): Promise<{ kind: 'merged'; sha: string } | { kind: 'head_moved' | 'not_mergeable'; message: string }>;
}

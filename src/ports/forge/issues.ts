export interface Issue {
	number: number;
	title: string;
	body: string;
	author: string;
	state: 'open' | 'closed';
	labels: string[];
	url: string;
	isPullRequest: boolean;
}

export interface Comment {
	id: number;
	author: string;
	/** GitHub's `author_association` is not trusted; ask `permissionOf`. */
	body: string;
	createdAt: string;
	updatedAt: string;
	url: string;
	/** Whether this App wrote it. */
	own: boolean;
}

export interface Issues {
	/** Null when it does not exist here any more (deleted, transferred). */
	issue(number: number): Promise<Issue | null>;
	/** Oldest first, all pages. */
	comments(number: number): Promise<Comment[]>;
	/** Open issues, newest first, at most `limit`: for duplicates. */
	openIssues(limit: number): Promise<Issue[]>;
	/**
	 * The App's own comment whose body begins with `marker`, or null. Not anywhere in it: what a comment quotes of others, in a code block
	 * for example, could hold the marker of another one.
	 */
	findComment(number: number, marker: string): Promise<Comment | null>;
	createComment(number: number, body: string): Promise<Comment>;
	updateComment(id: number, body: string): Promise<void>;
	/** Adds and removes labels; missing ones of the repository are created first. Removing an absent one is no fault. */
	changeLabels(number: number, change: { add: string[]; remove: string[] }): Promise<void>;
}

export type Conclusion =
	| 'success'
	| 'failure'
	| 'neutral'
	| 'cancelled'
	| 'skipped'
	| 'timed_out'
	| 'action_required'
	| 'stale'
	| 'startup_failure';

/** A check run or a commit status on a SHA, as one thing. */
export interface Check {
	name: string;
	/** Slug of the App that made it; null for commit statuses. */
	app: string | null;
	/** Whether this App made it. */
	own: boolean;
	status: 'queued' | 'in_progress' | 'completed';
	conclusion: Conclusion | null;
	/** The output's title and summary, for a repair round. */
	summary: string;
	url: string | null;
}

export interface CheckRunInput {
	name: string;
	headSha: string;
	/** Finds it again. */
	externalId: string;
	status: 'in_progress' | 'completed';
	conclusion: Conclusion | null;
	title: string;
	/** Markdown, at most 65,535 characters. */
	summary: string;
}

export interface Checks {
	/** The newest check run per name and App, and the newest commit status per context. */
	checks(sha: string): Promise<Check[]>;
	/**
	 * Creates it, or updates the newest of this App with the same name and external id on that SHA. One that was completed is not
	 * reopened: another takes its place.
	 */
	putCheckRun(input: CheckRunInput): Promise<{ id: number; url: string | null }>;
}

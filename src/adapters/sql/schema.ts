/**
 * The tables. Times are ms since 1970. JSON is kept as text on both databases: PostgreSQL's `jsonb` refuses `\u0000`,
 * which command output may hold, and nothing is ever queried inside of it.
 */
export type Schema = {
	runs: RunsTable;
	journal: JournalTable;
	signals: SignalsTable;
	deliveries: DeliveriesTable;
	artifacts: ArtifactsTable;
	run_artifacts: RunArtifactsTable;
};

export interface RunsTable {
	id: string;
	owner: string;
	name: string;
	/** `owner/name` in lower case, as GitHub compares names. */
	repository_key: string;
	subject_kind: string;
	subject_number: number;
	workflow: string;
	requester: string;
	/** In lower case, as GitHub compares logins. */
	requester_key: string;
	/** Unique; null once the run is closed, which frees it for the next run. */
	active_key: string | null;
	status: string;
	outcome: string | null;
	usd: number;
	created_at: number;
	updated_at: number;
	/** The journal's newest sequence number. */
	last_seq: number;
	/** Number of the newest lease; 0 before the first. */
	fence: number;
	lease_owner: string | null;
	lease_expires_at: number;
	/** When the run wants to be looked at even if no signal comes. */
	due_at: number;
}

export interface JournalTable {
	run: string;
	seq: number;
	at: number;
	/** JSON of the event. */
	event: string;
	/** Price of the model call that the event records, US dollars; else null. */
	usd: number | null;
}

export interface SignalsTable {
	run: string;
	id: string;
	/** Order of arrival within the run, from 1. */
	position: number;
	at: number;
	/** JSON of the signal. */
	signal: string;
	/** Sequence number of the journal entry that took it in; null while it is in the inbox. */
	taken_seq: number | null;
}

export interface DeliveriesTable {
	id: string;
	event: string;
	/** Null once settled. */
	payload: string | null;
	received_at: number;
	settled_at: number | null;
	note: string | null;
	failures: number;
	failure: string | null;
}

export interface ArtifactsTable {
	/** `sha256:<hex>` over the bytes before compression. */
	digest: string;
	media_type: string;
	encoding: string;
	bytes: Uint8Array;
	created_at: number;
}

export interface RunArtifactsTable {
	run: string;
	digest: string;
}

/** Fresh identifiers, passed in so that tests and replays own them. */
export interface Ids {
	/** Ten lower-case letters and digits, sortable by time, safe in branch names, file names and URLs. */
	run(): string;
	/** An unguessable token (at least 128 bits) for leases and text fences. */
	token(): string;
}

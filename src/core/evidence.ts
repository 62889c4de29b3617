/** A command that the host ran in a clean checkout, and what came of it. Never written by a model. */
export interface CommandRecord {
	kind: 'command';
	/** What it proves: a key of `commands` in the config, or `planned-test`. */
	name: string;
	command: string;
	/** Where the command came from: the config, the repository's manifest, or the plan. */
	source: 'config' | 'manifest' | 'plan';
	/** Which state it ran on. */
	on: 'base' | 'head';
	/** The tree that was checked out, which is what was or will be published. */
	treeSha: string;
	exitCode: number | null;
	timedOut: boolean;
	durationMs: number;
	/** sha256 of the whole output, under which it is stored as an artifact. */
	outputDigest: string;
	/** Last lines of the output, for people. */
	excerpt: string;
	/** What the record means for the change. */
	verdict: 'as_expected' | 'not_as_expected';
}

/** Everything that was proven of one tree. */
export interface Evidence {
	baseSha: string;
	/** Tree SHA of the verified state; the published commit has exactly this tree. */
	treeSha: string;
	sandbox: string;
	records: CommandRecord[];
	/** What could not be proven and why: no tests configured, no planned test. */
	gaps: string[];
}

/** Whether every record is as expected. An empty list of records is no proof. */
export function isProven(evidence: Evidence): boolean {
	return evidence.records.length > 0 && evidence.records.every((record) => record.verdict === 'as_expected');
}

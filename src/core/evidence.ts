import type { TestReport } from './test-results/test-report.ts';

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
	/** What the commands say test by test, where they print TAP, JUnit XML or Jest's JSON. Names are text of others. */
	tests?: TestReport[];
	/** What could not be proven and why: no tests configured, no planned test. */
	gaps: string[];
	/**
	 * Why passing records may not mean what they say: the change edits the very scripts that judge it, or weakens tests, limits or
	 * rules. One line each, which may quote the change: text of others. A person must look.
	 */
	doubts?: string[];
}

/** Whether a failing head record was already failing on the base, by the same command: not this change's doing, and no proof either. */
export function isInherited(evidence: Evidence, record: CommandRecord): boolean {
	if (record.verdict === 'as_expected' || record.on !== 'head' || record.name === 'planned-test') return false;
	return evidence.records.some(
		(other) =>
			other.on === 'base' &&
			other.name === record.name &&
			other.command === record.command &&
			other.verdict === 'not_as_expected',
	);
}

/** Records that speak against the change itself: not as expected, and not inherited from the base. */
export function findFailures(evidence: Evidence): CommandRecord[] {
	const candidates = evidence.records.filter((record) => record.verdict === 'not_as_expected');
	return candidates.filter((record) => {
		if (record.on === 'base' && record.name !== 'planned-test') return false;
		return !isInherited(evidence, record);
	});
}

/** Whether some planned test failed on the base and passes on the head. */
export function hasRegressionTest(evidence: Evidence): boolean {
	const planned = evidence.records.filter(
		(record) => record.name === 'planned-test' && record.verdict === 'as_expected',
	);
	return planned.some(
		(record) =>
			record.on === 'head' && planned.some((other) => other.on === 'base' && other.command === record.command),
	);
}

/** Whether anything was tried on the head besides preparing for it. */
export function hasChecks(evidence: Evidence): boolean {
	return evidence.records.some((record) => record.on === 'head' && record.name !== 'setup');
}

/** Whether every record is as expected. That nothing was tried is no proof. */
export function isProven(evidence: Evidence): boolean {
	return hasChecks(evidence) && evidence.records.every((record) => record.verdict === 'as_expected');
}

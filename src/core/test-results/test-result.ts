/** What became of one test in one run of the tests. */
export interface TestResult {
	/** Suites and title, joined by ` > `; the same on base and head if nobody renamed it. */
	name: string;
	state: 'passed' | 'failed' | 'skipped';
}

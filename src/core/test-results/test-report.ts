import { compareTestResults, type TestMovement } from './compare-test-results.ts';
import type { TestResult } from './test-result.ts';

/** What one command says of its tests one by one, where it printed a standard format. */
export interface TestReport {
	/** Name and command of the records that it is read from. */
	name: string;
	command: string;
	passed: number;
	failed: number;
	skipped: number;
	/** From base to head, at most `movedLimit` of them; null when the command did not report on the base. */
	moved: { name: string; movement: TestMovement }[] | null;
	/** Movements over that. */
	more: number;
}

const movedLimit = 50;
/** Characters of a test's name that are kept. */
const nameLimit = 200;

/** @param base null when the command did not run there, or printed no results. */
export function buildTestReport(
	{ name, command }: Pick<TestReport, 'name' | 'command'>,
	base: readonly TestResult[] | null,
	head: readonly TestResult[],
): TestReport {
	const count = (state: TestResult['state']) => head.filter((result) => result.state === state).length;
	const moved = base === null ? null : compareTestResults(base, head);
	return {
		name,
		command,
		passed: count('passed'),
		failed: count('failed'),
		skipped: count('skipped'),
		moved:
			moved?.slice(0, movedLimit).map((one) => ({ ...one, name: one.name.slice(0, nameLimit).toWellFormed() })) ?? null,
		more: Math.max(0, (moved?.length ?? 0) - movedLimit),
	};
}

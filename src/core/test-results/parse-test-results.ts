import { parseJestJson } from './parse-jest-json.ts';
import { parseJunit } from './parse-junit.ts';
import { parseTap } from './parse-tap.ts';
import type { TestResult } from './test-result.ts';

/** Results of the tests in a command's output, in whichever standard format it is; null when it is in none, or is cut short. */
export function parseTestResults(output: string): TestResult[] | null {
	return parseTap(output) ?? parseJestJson(output) ?? parseJunit(output);
}

import type { TestResult } from './test-result.ts';

export type TestMovement = 'newly-passing' | 'newly-failing' | 'still-failing' | 'removed' | 'skipped';

/**
 * What became of the tests from base to head; those that pass on both are not named. A test that fails or passes and was not there
 * before is new in that. Of several tests of one name the worst counts. Sorted by movement and name.
 */
export function compareTestResults(
	base: readonly TestResult[],
	head: readonly TestResult[],
): { name: string; movement: TestMovement }[] {
	const [before, after] = [statesOf(base), statesOf(head)];
	const moved: { name: string; movement: TestMovement }[] = [];
	for (const [name, state] of after) {
		const was = before.get(name);
		if (state === 'skipped' && was !== 'skipped') moved.push({ name, movement: 'skipped' });
		if (state === 'passed' && was !== 'passed') moved.push({ name, movement: 'newly-passing' });
		if (state === 'failed') moved.push({ name, movement: was === 'failed' ? 'still-failing' : 'newly-failing' });
	}
	for (const name of before.keys()) if (!after.has(name)) moved.push({ name, movement: 'removed' });
	const keyOf = ({ movement, name }: { movement: string; name: string }) => `${movement}\0${name}`;
	return moved.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function statesOf(results: readonly TestResult[]): Map<string, TestResult['state']> {
	const rank = { passed: 0, skipped: 1, failed: 2 };
	const states = new Map<string, TestResult['state']>();
	for (const { name, state } of results) {
		const known = states.get(name);
		if (known === undefined || rank[state] > rank[known]) states.set(name, state);
	}
	return states;
}

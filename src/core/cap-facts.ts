import type { Blueprint } from './blueprint.ts';
import type { ChangeSet } from './change-set.ts';
import { countLines } from './check-change-set.ts';
import { type Evidence, findFailures, hasChecks, hasRegressionTest, isInherited } from './evidence.ts';
import { matchesPath } from './matches-path.ts';
import type { Policy } from './policy.ts';
import type { CapFact } from './rubric.ts';

/**
 * What code knows of a change that caps its score.
 * @param headTreeSha the tree that is being judged; evidence of any other tree proves nothing of it.
 * @param blueprint null when nobody planned: a person's own pull request.
 */
export function findCapFacts(input: {
	headTreeSha: string;
	evidence: Evidence | null;
	changes: ChangeSet;
	blueprint: Blueprint | null;
	policy: Policy;
}): CapFact[] {
	const { evidence, changes, blueprint, policy } = input;
	const facts = new Set<CapFact>();
	if (evidence === null || !hasChecks(evidence)) facts.add('nothing-ran');
	if (evidence !== null) {
		if (evidence.treeSha !== input.headTreeSha) facts.add('evidence-elsewhere');
		if (findFailures(evidence).length > 0) facts.add('checks-failed');
		if (evidence.records.some((record) => isInherited(evidence, record))) facts.add('checks-inherited');
		if ((evidence.doubts ?? []).length > 0) facts.add('checks-doubted');
	}
	const tested = evidence !== null && hasRegressionTest(evidence);
	if (!tested && (blueprint !== null || !changes.files.some((file) => isTestPath(file.path)))) {
		facts.add('no-regression-test');
	}
	if (blueprint !== null && findUnplanned(changes, blueprint).length > 0) facts.add('files-outside-plan');
	if (changes.files.some((file) => matchesPath(file.path, policy.paths.protected))) facts.add('protected-paths');
	const { changedFiles, changedLines } = policy.limits;
	if (changes.files.length > changedFiles || countLines(changes.files) > changedLines) facts.add('over-size');
	return [...facts];
}

/** Changed files that the plan names neither as a file nor as a test. */
export function findUnplanned(changes: ChangeSet, blueprint: Blueprint): string[] {
	const planned = new Set([...blueprint.files.map((file) => file.path), ...blueprint.tests.map((test) => test.file)]);
	return changes.files.map((file) => file.path).filter((path) => !planned.has(path));
}

/** Whether a path looks like a test in the customs of the common languages. */
export function isTestPath(path: string): boolean {
	return /(^|\/)(tests?|specs?|__tests__)\/|(^|\/)(tests?|specs?)\.[^/]+$|[._-](test|spec)\.[^/]+$|(^|\/)test_[^/]+\.py$|_test\.[^/]+$/i.test(
		path,
	);
}

import { expect, test } from 'vitest';
import { closedIssues } from '../../src/demo/closing-keywords.ts';

test("knows GitHub's closing keywords, each issue once", () => {
	expect(closedIssues('Fixes #1, closes: #22 and RESOLVED #1; see #3, prefixes #4')).toEqual([1, 22]);
});

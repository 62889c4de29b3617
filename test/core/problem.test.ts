import { describe, expect, it } from 'vitest';
import { findNearest } from '../../src/core/nearest.ts';
import type { Problem } from '../../src/core/problem.ts';
import { formatProblems, formatProblemsMarkdown, sortProblems } from '../../src/core/problem.ts';

const problem: Problem = {
	path: 'a.yml',
	line: 3,
	column: 7,
	key: 'mix.plan',
	value: 'opus',
	expected: 'provider/model',
	nearest: 'anthropic/claude-opus-5',
	message: 'unknown model',
};

describe('writing problems down', () => {
	it('is one line each, as compilers write', () => {
		expect(formatProblems([problem])).toBe(
			'a.yml:3:7 mix.plan: unknown model (got opus; expected provider/model; did you mean anthropic/claude-opus-5?)',
		);
		const whole = { ...problem, line: null, column: null, key: '', value: null, expected: '', nearest: null };
		expect(formatProblems([whole, whole])).toBe('a.yml: unknown model\na.yml: unknown model');
	});

	it('quotes values in Markdown so that nothing of them is read as Markdown', () => {
		const hostile = '``` @everyone\n# Heading\u202e [x](http://x) `';
		const text = formatProblemsMarkdown([{ ...problem, value: hostile, key: 'a`b', nearest: '`' }]);
		expect(text.split('\n')).toHaveLength(1);
		expect(text).toContain('(got ````  ``` @everyone # Heading [x](http://x) `  ````; '.replaceAll('  ', ' '));
		expect(text).toContain('``a`b``');
	});

	it('does not fill a comment with a thousand problems', () => {
		const lines = formatProblemsMarkdown(Array.from({ length: 1000 }, () => problem)).split('\n');
		expect(lines).toHaveLength(31);
		expect(lines.at(-1)).toBe('- and 970 more');
	});

	it('keeps the order of the file', () => {
		const at = (line: number | null, column: number | null): Problem => ({ ...problem, line, column });
		expect(
			sortProblems([at(2, 1), at(1, 9), at(null, null), at(1, 2)]).map(({ line, column }) => [line, column]),
		).toEqual([
			[null, null],
			[1, 2],
			[1, 9],
			[2, 1],
		]);
	});
});

describe('finding the nearest name', () => {
	it.each([
		['treshold', ['threshold', 'merge'], 'threshold'],
		['usd_per_run', ['usdPerDay', 'usdPerRun'], 'usdPerRun'],
		['mrege', ['method', 'merge'], 'merge'],
		['x', ['y'], 'y'],
		['banana', ['threshold', 'merge'], null],
		['', ['a'], null],
		['a'.repeat(5000), ['a'.repeat(5001)], null],
	])('for %s', (text, candidates, expected) => {
		expect(findNearest(text, candidates)).toBe(expected);
	});
});

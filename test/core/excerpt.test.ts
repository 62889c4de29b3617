import { expect, test } from 'vitest';
import { excerptOf } from '../../src/core/excerpt.ts';

const excerpt = (text: string) => excerptOf(Buffer.from(text), '/srv/factory/data/worktrees/r1-verify-head');

test('does not tell where the host keeps its data', () => {
	const trace = 'at Test (/srv/factory/data/worktrees/r1-verify-head/test/a.js:1:2)';
	expect(excerpt(trace)).toBe('at Test (./test/a.js:1:2)');
	expect(excerpt(`at file:///srv/factory/data/worktrees/r1-verify-head/a.js:1`)).toBe('at file://./a.js:1');
});

test('keeps the end of a long output, in whole lines', () => {
	const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
	expect(excerpt(lines.join('\n')).split('\n')).toEqual(lines.slice(60));
});

test('takes out what a terminal would obey', () => {
	const [esc, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
	expect(excerpt(`${esc}[31mred${esc}[0m ${esc}]8;;https://evil.example${bell}link${bell}\r\nend\n`)).toBe(
		'red link\nend',
	);
});

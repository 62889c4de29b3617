import { describe, expect, it } from 'vitest';
import { findBrokenSyntax } from '../../../src/agent/tools/check-syntax.ts';

describe('a change that breaks a file', () => {
	it.each([
		['a.json', '{"a": 1}', '{"a": 1,}', /line 1 column 9|position 8/],
		['a.yml', 'a: 1\n', 'a: 1\n b: 2\n', /line 1/],
		['a.ts', 'function f() {}\n', 'let a;\nfunction f( {\n', /./],
		['a.mjs', 'export const a = 1;\n', 'export const a = ;\n', /Expression expected/],
		['a.ts', '\uFEFFenum A { b }\n', '\uFEFFenum A { b\n', /./],
	])('is found in %s', (file, before, after, said) => {
		expect(findBrokenSyntax(file, before, after)).toMatch(said);
	});

	it.each([
		['a file that did not parse before', 'a.json', '{ // comment\n}', '{ // comment\n,}'],
		['a new file', 'a.json', '', '{'],
		['a language without a parser here', 'a.py', 'def f(): pass', 'def f(:'],
		['TypeScript that Node does not run', 'a.ts', 'let a;', 'enum A { b }\nnamespace B { export const c = 1; }'],
		['several documents', 'a.yaml', 'a: 1', 'a: 1\n---\nb: 2\n'],
		['a huge file', 'a.json', '[]', '['.repeat(500_000)],
		['brackets without end', 'a.ts', 'let a;', '('.repeat(300_000)],
	])('is not found in %s', (_name, file, before, after) => {
		expect(findBrokenSyntax(file, before, after)).toBeNull();
	});

	it('is looked for without a word on standard error', () => {
		const warnings: Error[] = [];
		const listen = (warning: Error) => warnings.push(warning);
		process.on('warning', listen);
		findBrokenSyntax('a.ts', 'let a;', 'let b;');
		process.off('warning', listen);
		expect(warnings).toEqual([]);
	});
});

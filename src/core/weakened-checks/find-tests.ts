import { isTestPath } from '../cap-facts.ts';
import { languageOf } from './language.ts';
import { readSource, type SourceLine } from './read-source.ts';
import { hollowAssertion, testSyntax } from './test-syntax.ts';

export interface FoundTest {
	path: string;
	name: string;
	/** 0-based indexes of its first and last line, marks above it included. */
	first: number;
	last: number;
	/** Its lines, from the one that names it. */
	body: string[];
	assertions: SourceLine[];
}

export interface TestFile {
	path: string;
	lines: SourceLine[];
	tests: FoundTest[];
	/** Assertions outside of every test, in a file of tests: helpers. */
	others: SourceLine[];
}

/** The tests of a file, by the indentation of their lines. A file that is laid out otherwise has its assertions in `others`. */
export function findTests(path: string, text: string): TestFile {
	const language = languageOf(path);
	const syntax = testSyntax[language];
	const lines = readSource(text, language);
	const tests: FoundTest[] = [];
	const owned = new Set<number>();
	const asserting = lines.map(({ code, raw }) => syntax.assertion.test(code) && !hollowAssertion.test(raw));
	lines.forEach((line, index) => {
		const marked = markAbove(lines, index, syntax.mark);
		if (!syntax.test.test(line.code) && marked === null) return;
		const last = endOf(lines, index);
		const name = nameOf(lines, index, syntax.test);
		if (name === null) return;
		let first = marked ?? index;
		while (first > 0 && /^\s*[@#[]/.test(lines[first - 1]?.code ?? '')) first -= 1;
		const own = lines.slice(index, last + 1).filter((_, offset) => asserting[index + offset]);
		for (let at = first; at <= last; at += 1) owned.add(at);
		const body = lines.slice(index, last + 1).map(({ raw }) => raw.trim());
		tests.push({ path, name, first, last, body, assertions: own });
	});
	const counts = tests.length > 0 ? language !== 'rust' : isTestPath(path);
	return { path, lines, tests, others: counts ? lines.filter((_, at) => asserting[at] && !owned.has(at)) : [] };
}

/** Index of the mark (`#[test]`, `@Test`) that makes this line's function a test; other marks may stand between. */
function markAbove(lines: readonly SourceLine[], index: number, mark: RegExp | undefined): number | null {
	if (mark === undefined || !/\b(?:fn|fun|func|function|void|def|Task\w*)\b/.test(lines[index]?.code ?? ''))
		return null;
	for (let at = index; at >= Math.max(0, index - 8); at -= 1) {
		const code = lines[at]?.code ?? '';
		if (mark.test(code)) return at;
		if (at < index && /[;}]\s*$/.test(code)) return null;
	}
	return null;
}

function nameOf(lines: readonly SourceLine[], index: number, test: RegExp): string | null {
	const line = lines[index];
	const group = test
		.exec(line?.code ?? '')
		?.slice(1)
		.find((name) => name !== undefined);
	if (group !== undefined) return group;
	const method = /\b(?:fn|fun|func|function|void|def|Task(?:<\w+>)?)\s+(?:(\w+)\s*[(<]|``)/.exec(line?.code ?? '');
	if (method?.[1] !== undefined) return method[1];
	const literal = /(["'`])((?:(?!\1)[^\\]|\\.)+)\1/;
	const table = /\.(?:each|for)\b/.test(line?.code ?? '');
	const limit = table ? endOf(lines, index) : Math.min(index + 2, lines.length - 1);
	for (let at = index; at <= limit; at += 1) {
		const raw = lines[at]?.raw ?? '';
		const found = literal.exec(table ? (/[)`]\s*\((.*)$/.exec(raw)?.[1] ?? '') : raw)?.[2];
		if (found !== undefined) return found;
	}
	return null;
}

/** The last line that is indented under this one, with the line that closes it. */
export function endOf(lines: readonly SourceLine[], index: number): number {
	const indent = indentOf(lines[index]);
	let last = index;
	for (let at = index + 1; at < lines.length; at += 1) {
		const { raw = '', code = '' } = lines[at] ?? {};
		if (raw.trim() === '') continue;
		if (indentOf(lines[at]) > indent) {
			last = at;
			continue;
		}
		if (!/^\s*(?:[)}\]`]|\{\s*$|end\b)/.test(raw)) return last;
		last = at;
		if (!/[{([:,]\s*$|=>\s*$/.test(code)) return last;
	}
	return last;
}

export function indentOf(line: SourceLine | undefined): number {
	return /^\s*/.exec((line?.raw ?? '').replace(/\t/g, '    '))?.[0].length ?? 0;
}

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const security = readFileSync('SECURITY.md', 'utf8');
const threatModel = readFileSync('docs/threat-model.md', 'utf8');

/** The numbered promises, each with all its lines. */
const promises = (security.split('\n## Ten promises\n')[1]?.split('\n## ')[0] ?? '').split(/^(?=\d+\. \*\*)/m).slice(1);
const cases = [...threatModel.matchAll(/^\| (\d+) [^|]+ \| `([^`]+)` \| (.+) \|$/gm)].map(
	([, number, file, title]) => ({
		number: Number(number),
		file: file ?? '',
		title: title ?? '',
	}),
);
const source = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const testCall = /^\s*(?:it|test)(?:\.concurrent|\.each|\.skipIf|\()/m;

describe('the promises of SECURITY.md', () => {
	it('are ten, numbered', () => {
		expect(promises.map((text) => Number.parseInt(text, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	});

	it.each(promises.map((text) => [text.split('\n')[0] ?? '', text]))('%s names tests that are there', (_, text) => {
		const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file ?? '');
		expect(named).not.toEqual([]);
		expect(named.filter((file) => !testCall.test(source(file)))).toEqual([]);
	});

	it('name source files that are there', () => {
		const named = [...`${security}${threatModel}`.matchAll(/`((?:src|workers|docs)\/[^`]+)`/g)].map(
			([, file]) => file ?? '',
		);
		expect(named.filter((file) => !existsSync(file))).toEqual([]);
	});
});

describe('the cases of the threat model', () => {
	it('are those that this house is held to', () => {
		const owned = [
			...[1, 2, 3, 4, 5],
			...[11, 12, 13, 14, 15, 16],
			...Array.from({ length: 12 }, (_, index) => 30 + index),
		];
		expect(cases.map(({ number }) => number)).toEqual(owned);
	});

	it.each(cases)('case $number is played by a test called "$title"', ({ file, title }) => {
		expect(file).toMatch(/^test\/adversarial\//);
		expect(source(file)).toContain(title);
	});

	it('are skipped nowhere but where a service is missing', () => {
		const skipped = cases.filter(({ file }) =>
			/^\s*(?:it|test|describe)\.(?:skip|todo|only|fails)\b/m.test(source(file)),
		);
		expect(skipped).toEqual([]);
	});
});

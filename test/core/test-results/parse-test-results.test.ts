import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTestResults } from '../../../src/core/test-results/compare-test-results.ts';
import { parseTestResults } from '../../../src/core/test-results/parse-test-results.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const source = `
import { describe, it } from 'node:test';
describe('outer', () => {
	it('holds', () => {});
	it('breaks', () => { throw new Error('no # SKIP'); });
	it('waits', { skip: true }, () => {});
});
it('alone & <tag>', () => {});
`;
const results = [
	{ name: 'outer > holds', state: 'passed' },
	{ name: 'outer > breaks', state: 'failed' },
	{ name: 'outer > waits', state: 'skipped' },
	{ name: 'alone & <tag>', state: 'passed' },
];

/** What Node's own runner prints. */
function runNode(reporter: 'tap' | 'junit'): string {
	const file = join(temporaryDirectory(), 'a.test.mjs');
	writeFileSync(file, source);
	const { NODE_TEST_CONTEXT: _, ...env } = process.env;
	const { stdout } = spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, file], {
		env,
		encoding: 'utf8',
	});
	return stdout;
}

describe('parseTestResults', () => {
	it('reads the TAP of Node, between other lines', () => {
		expect(parseTestResults(`> npm test\n${runNode('tap')}\nbye\n`)).toEqual(results);
	});

	it('reads the JUnit XML of Node', () => {
		const top = { name: 'test > alone & <tag>', state: 'passed' };
		const expected = [...results.slice(0, 3), top];
		expect(parseTestResults(runNode('junit'))).toEqual(expected);
	});

	it('reads the JSON of Jest and Vitest', () => {
		const report = {
			testResults: [
				{
					name: '/a.test.js',
					status: 'failed',
					assertionResults: [
						{ ancestorTitles: ['outer'], title: 'holds', status: 'passed' },
						{ ancestorTitles: ['outer'], title: 'breaks', status: 'failed' },
						{ ancestorTitles: ['outer'], title: 'waits', status: 'pending' },
					],
				},
				{ name: '/broken.test.js', status: 'failed', assertionResults: [] },
			],
		};
		const expected = [...results.slice(0, 3), { name: '/broken.test.js', state: 'failed' }];
		expect(parseTestResults(`> vitest\n${JSON.stringify(report)}\n`)).toEqual(expected);
		expect(parseTestResults(JSON.stringify(report, null, 2))).toEqual(expected);
	});

	it.each([
		['TAP without its end', 'TAP version 13\nok 1 - a\n'],
		['TAP with fewer points than planned', 'TAP version 13\n1..2\nok 1 - a\n'],
		['TAP that bailed out', 'TAP version 13\n1..1\nok 1 - a\nBail out! no\n'],
		['JUnit that is cut', '<testsuite><testcase name="a">'],
		['JSON of something else', '{"testResults": 3}'],
		['words', '12 passing'],
	])('takes %s for no results', (_, output) => {
		expect(parseTestResults(output)).toBeNull();
	});

	it('attack: a name that holds a tag or an entity forges no result', () => {
		const xml = `<testsuite><testcase name="a &lt;/testcase&gt;"><failure><![CDATA[</failure></testcase><testcase name="b"/>]]></failure></testcase></testsuite>`;
		expect(parseTestResults(xml)).toEqual([{ name: 'a </testcase>', state: 'failed' }]);
	});

	it('survives any output', () => {
		const word = fc.constantFrom(
			'TAP version 13\n',
			'ok 1 - a\n',
			'    not ok 2\n',
			'1..1\n',
			'<testsuite>',
			'<testcase name="a"',
			'/>',
			'{"testResults":[',
			']}',
			'\n',
		);
		fc.assert(fc.property(fc.array(fc.oneof(word, fc.string())), (parts) => void parseTestResults(parts.join(''))));
	});
});

it('tests are told by what became of them from base to head', () => {
	const state = (states: Record<string, 'passed' | 'failed' | 'skipped'>) =>
		Object.entries(states).map(([name, state]) => ({ name, state }));
	const base = state({
		fixed: 'failed',
		broken: 'passed',
		old: 'failed',
		gone: 'passed',
		left: 'passed',
		same: 'passed',
	});
	const head = state({
		fixed: 'passed',
		broken: 'failed',
		old: 'failed',
		left: 'skipped',
		same: 'passed',
		fresh: 'passed',
	});
	expect(compareTestResults(base, head)).toEqual([
		{ name: 'broken', movement: 'newly-failing' },
		{ name: 'fixed', movement: 'newly-passing' },
		{ name: 'fresh', movement: 'newly-passing' },
		{ name: 'gone', movement: 'removed' },
		{ name: 'left', movement: 'skipped' },
		{ name: 'old', movement: 'still-failing' },
	]);
});

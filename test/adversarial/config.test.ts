import { readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/core/load-policy.ts';
import { formatProblems, formatProblemsMarkdown } from '../../src/core/problem.ts';
import { parseYaml } from '../../src/core/yaml-source.ts';
import type { ExpressionContexts } from '../../src/workflow/expression.ts';
import { evaluateIf, interpolate } from '../../src/workflow/expression.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';

const defaults = readFileSync('config/dark-factory.yml', 'utf8');

/** What is said of a hostile file; the same as configuration and as workflow, tried on those that are read quickly. Empty when it is accepted. */
function refusal(text: string): string {
	const parsed = parseYaml(text, 'x.yml');
	if (parsed.kind === 'ok') return '';
	if (text.length < 10_000) {
		expect(loadPolicy({ text, path: 'x.yml', defaults, knownModels: [] })).toMatchObject({ kind: 'invalid' });
		expect(parseWorkflow(text, 'x.yml')).toMatchObject({ kind: 'invalid' });
	}
	return formatProblems(parsed.problems);
}

describe('hostile YAML', () => {
	it('aliases that double at every level (billion laughs)', () => {
		const levels = Array.from({ length: 30 }, (_, index) => `l${index + 1}: &l${index + 1} [*l${index}, *l${index}]`);
		expect(refusal(`l0: &l0 [lol]\n${levels.join('\n')}\n`)).toMatch(
			/^x\.yml:1:9 l0: anchors and aliases are not supported/,
		);
	});

	it('a map that contains itself', () => {
		expect(refusal('a: &a\n  b: *a\n')).toContain('anchors and aliases are not supported');
	});

	it('merge keys that bring in what a reader does not see', () => {
		expect(refusal('gate:\n  <<: { merge: auto }\n')).toMatch(/^x\.yml:2:3 gate\.<<: merge keys are not supported/);
	});

	it('a key given twice, once for the reviewer and once for the program', () => {
		expect(refusal('gate:\n  merge: off\n  threshold: 60\n  merge: auto\n')).toMatch(
			/^x\.yml:4:3 gate\.merge: the key is given twice/,
		);
		expect(refusal('gate: {merge: off, "merge": auto}')).toContain('the key is given twice');
	});

	it('a second document that another reader would take', () => {
		expect(refusal('version: 1\n---\nversion: 2\n')).toMatch(/^x\.yml:2:1: the file has more than one document/);
	});

	it.each(['!!js/function "x"', '!!binary aGk=', '!!str 1', '!custom {a: 1}', '!!timestamp 2001-01-01'])(
		'the tag of %s',
		(value) => {
			expect(refusal(`a: ${value}\n`)).toMatch(/tags are not supported|not valid YAML/);
		},
	);

	it.each(['__proto__: { polluted: true }', 'a: { __proto__: { polluted: true } }'])(
		'prototype pollution by %s',
		(text) => {
			expect(refusal(text)).toContain('this name cannot be used as a key');
			expect(Reflect.get({}, 'polluted')).toBeUndefined();
		},
	);

	it('prototype names as keys are only unknown keys', () => {
		const loaded = loadPolicy({
			text: 'constructor: 1\nmix: { toString: x }\nhasOwnProperty: {}\n',
			path: 'x.yml',
			defaults,
			knownModels: ['*'],
		});
		if (loaded.kind === 'ok') throw new Error('accepted');
		expect(loaded.problems.map((problem) => [problem.key, problem.message])).toEqual(
			expect.arrayContaining([
				['constructor', 'unknown key'],
				['mix.toString', 'unknown key'],
				['hasOwnProperty', 'unknown key'],
			]),
		);
	});

	it('numbers that are none', () => {
		expect(refusal('a: .nan\nb: .inf\n')).toMatch(/x\.yml:1:4 a: this value cannot be used.*\nx\.yml:2:4 b/);
	});

	it('tabs as indentation, a list or a text as the whole file, a key that is a map', () => {
		expect(refusal('a:\n\tb: 1\n')).toMatch(/^x\.yml:2:1: not valid YAML: Tabs are not allowed/);
		expect(refusal('- a\n')).toMatch(/^x\.yml:1:1: the file must be a map/);
		expect(refusal('abc')).toContain('the file must be a map');
		expect(refusal('{a: 1}: b\n')).toContain('a key must be a plain name');
		expect(refusal('? \n: 1\n')).toContain('a key must be a plain name');
	});

	it('a file of 256 KiB and one byte, whatever is in it', () => {
		expect(refusal(`#${'x'.repeat(256 * 1024)}`)).toBe(
			'x.yml: the file is too large: 262145 bytes (expected at most 262144 bytes)',
		);
		expect(refusal('é'.repeat(131_073))).toContain('too large');
		expect(parseYaml(`#${'x'.repeat(256 * 1024 - 1)}`, 'x.yml').kind).toBe('ok');
	});

	it.each([
		['brackets', `a: ${'['.repeat(100_000)}`],
		['brackets with something between', `a: ${'[x,'.repeat(20_000)}`],
		['brackets on lines of their own', `a: ${'[\n '.repeat(60_000)}`],
		['dashes', `a:\n ${'- '.repeat(60_000)}`],
		['questions', '? '.repeat(60_000)],
		['maps', Array.from({ length: 400 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
	])('nesting by %s, made to exhaust the stack', (_, text) => {
		expect(refusal(text)).toMatch(/nested (too deeply|deeper than)/);
	});

	it('ten thousand mistakes are not ten thousand lines', () => {
		expect(refusal('}\n'.repeat(10_000)).split('\n').length).toBeLessThanOrEqual(100);
	});

	it('names and values in the file cannot break out of the comment that quotes them', () => {
		const hostile = '"`](http://evil.example) @org/team\\n# hi"';
		const text = `${hostile}: 1\nmix:\n  plan: ${hostile}\n`;
		const loaded = loadPolicy({ text, path: 'x.yml', defaults, knownModels: ['*'] });
		if (loaded.kind === 'ok') throw new Error('accepted');
		const lines = formatProblemsMarkdown(loaded.problems).split('\n');
		for (const line of lines) expect(line).toMatch(/^- `x\.yml:\d+:\d+` /);
		const tree = JSON.stringify(fromMarkdown(lines.join('\n')));
		expect(tree).toContain('evil.example');
		expect(tree).not.toMatch(/"type":"(link|heading|html)"/);
	});
});

describe('workflows made to cost time or memory', () => {
	function problemsOf(jobs: string): string {
		const parsed = parseWorkflow(`name: w\njobs:\n${jobs}`, 'x.yml');
		return parsed.kind === 'ok' ? '' : formatProblems(parsed.problems);
	}

	it('a chain of seven thousand jobs is counted, not walked', () => {
		const jobs = Array.from({ length: 7000 }, (_, index) => `  j${index}: {uses: plan, needs: j${index + 1}}\n`);
		expect(problemsOf(jobs.join(''))).toMatch(
			/^x\.yml:3:\d+ jobs: there are too many jobs \(got 7000; expected at most 100\)$/,
		);
	});

	it('a job that needs thirty thousand, or one of them by a name of two hundred thousand letters', () => {
		const many = `  a:\n    uses: plan\n    needs: [${'b, '.repeat(30_000)}]\n`;
		expect(problemsOf(many)).toMatch(/jobs\.a\.needs: .*at most 100/);
		const long = 'x'.repeat(200_000);
		expect(problemsOf(`  ${long}:\n    uses: plan\n`).length).toBeLessThan(1000);
		expect(problemsOf(`  a:\n    uses: plan\n    needs: ${long}\n`).length).toBeLessThan(1000);
	});

	it('ten thousand mistakes of a hundred jobs come to a hundred', () => {
		const needs = Array.from({ length: 100 }, (_, index) => `u${index}`).join(', ');
		const jobs = Array.from({ length: 100 }, (_, index) => `  j${index}: {uses: plan, needs: [${needs}]}\n`);
		expect(problemsOf(jobs.join('')).split('\n').length).toBeLessThanOrEqual(100);
	});
});

describe('what a YAML error quotes', () => {
	it.each(['[a]: @org/team <img src=x> https://evil.example **x**', 'a: [1] @org/team [x](https://evil.example)\n'])(
		'is not read as Markdown: %s',
		(text) => {
			const parsed = parseYaml(text, 'x.yml');
			if (parsed.kind === 'ok') throw new Error('accepted');
			const markdown = formatProblemsMarkdown(parsed.problems);
			expect(markdown).not.toMatch(/@org|https:\/\//);
			expect(JSON.stringify(fromMarkdown(markdown))).not.toMatch(/"type":"(link|heading|html|strong)"/);
		},
	);
});

describe('text of an issue in expressions', () => {
	function contextsWith(title: string): ExpressionContexts {
		return {
			needs: { triage: { result: 'success', outcome: 'done', outputs: { report: title } } },
			run: { id: 'r', workflow: 'w', requester: 'mallory', subject: { kind: 'issue', number: 1, title } },
			config: { secretish: 'never shown' },
			status: 'success',
		};
	}

	it.each([
		`\${{ config.secretish }}`,
		"'; config.secretish; '",
		`\${{ format('{0}', config.secretish) }}`,
		`}} \${{ config.secretish }}`,
		`{0} {1} %s $& $1 \${config}`,
		`'}} || true || \${{ '`,
	])('stays text: %s', (title) => {
		const contexts = contextsWith(title);
		expect(interpolate(`\${{ run.subject.title }}`, contexts)).toBe(title);
		expect(interpolate(`Title: \${{ needs.triage.outputs.report }}.`, contexts)).toBe(`Title: ${title}.`);
		expect(interpolate(`\${{ format('<{0}>', run.subject.title) }}`, contexts)).toBe(`<${title}>`);
		expect(evaluateIf("run.subject.title == 'go'", contexts)).toBe(false);
	});

	it('is not evaluated either when it comes back as a value', () => {
		const contexts = contextsWith(`\${{ config.secretish }}`);
		const once = interpolate({ a: `\${{ run.subject }}` }, contexts);
		expect(JSON.stringify(once)).not.toContain('never shown');
	});

	it('a title of a hundred thousand characters, or of nothing but braces, is only long', () => {
		const title = `\${{`.repeat(50_000);
		expect(interpolate(`\${{ run.subject.title }}`, contextsWith(title))).toBe(title);
	});
});

describe('hostile expressions', () => {
	const contexts: ExpressionContexts = { needs: {}, run: {}, config: {}, status: 'success' };

	it('nested format calls that double a text forty times', () => {
		let bomb = "'0123456789'";
		for (let level = 0; level < 22; level++) bomb = `format('{0}{0}', ${bomb})`;
		expect(() => evaluateIf(bomb, contexts)).toThrow(/format would produce more than 1048576 characters/);
	});

	it('join with a separator that multiplies', () => {
		const list = JSON.stringify(Array.from({ length: 5000 }, () => 'x'));
		const bomb = `join(fromJSON('${list}'), '${'y'.repeat(500)}')`;
		expect(() => evaluateIf(bomb, contexts)).toThrow(/join would produce more than/);
	});

	it.each([
		'constructor(1)',
		'__proto__(1)',
		'constructor',
		'__proto__',
		'toString()',
		'process.env',
		'github.token',
		'secrets.X',
	])('%s reaches nothing of the host', (text) => {
		expect(() => evaluateIf(text, contexts)).toThrow(/unknown (function|context)/);
	});

	it.each(['run.constructor', 'run.__proto__.x', "run['constructor']['prototype']", "config['__proto__']"])(
		'%s is nothing',
		(text) => {
			expect(interpolate(`\${{ ${text} }}`, contexts)).toBeNull();
		},
	);

	it('parentheses beyond the depth and texts beyond the length are refused, not parsed', () => {
		const deep = `${'('.repeat(60)}1${')'.repeat(60)}`;
		expect(() => evaluateIf(deep, contexts)).toThrow(/Exceeded max expression depth/);
		expect(() => evaluateIf(`'${'x'.repeat(22_000)}'`, contexts)).toThrow(/longer than 21,000 characters/);
	});
});

import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../src/core/change-set.ts';
import type { CommandRecord } from '../../src/core/evidence.ts';
import { bodyLimit, buildPullRequestBody, type PullRequestFacts } from '../../src/core/pull-request-body.ts';
import { buildTestReport } from '../../src/core/test-results/test-report.ts';
import { noUsage } from '../../src/core/usage.ts';
import { newRun } from '../support/new-run.ts';
import { blueprintOf } from '../support/plan.ts';

const sha = 'a'.repeat(40);

function file(path: string): FileChange {
	return {
		path,
		status: 'modified',
		mode: '100644',
		blobSha: sha,
		size: 1,
		addedLines: 2,
		deletedLines: 1,
		binary: false,
	};
}

function record(parts: Partial<CommandRecord> = {}): CommandRecord {
	return {
		kind: 'command',
		name: 'test',
		command: 'npm test',
		source: 'config',
		on: 'head',
		treeSha: sha,
		exitCode: 0,
		timedOut: false,
		durationMs: 1_234,
		outputDigest: `sha256:${'0'.repeat(64)}`,
		excerpt: '12 tests passed',
		verdict: 'as_expected',
		...parts,
	};
}

function facts(parts: Partial<PullRequestFacts> = {}): PullRequestFacts {
	return {
		run: 'r0000000a1',
		factoryVersion: '0.1.0',
		frozen: newRun({ id: 'r1' }).created.frozen,
		blueprint: blueprintOf(),
		summary: 'The wobble is off.',
		changes: { baseTreeSha: sha, treeSha: sha, files: [file('src/widget.js')], patch: '' },
		evidence: { baseSha: sha, treeSha: sha, sandbox: 'bubblewrap', records: [record()], gaps: [], doubts: [] },
		claims: [{ text: 'The tests pass', status: 'verified', records: ['test'] }],
		findings: [],
		jobs: [
			{
				id: 'implement',
				arm: 'a/b',
				turns: 3,
				usage: { ...noUsage, fresh: 10 },
				usd: 0.25,
				unpriced: 1,
				wallMs: 2_000,
			},
		],
		headSha: sha,
		branch: 'factory/issue-1-r0000000a1',
		grade: '88 of 100 over 9 measurements',
		...parts,
	};
}

/** What stands outside code: text, in which GitHub finds mentions and references, or HTML. */
function liveText(markdown: string, type: 'text' | 'html'): string {
	const texts: string[] = [];
	const walk = (node: Nodes): void => {
		if (node.type === type) texts.push(node.value);
		if ('children' in node) for (const child of node.children) walk(child);
	};
	walk(fromMarkdown(markdown));
	return texts.join('\n');
}

function nodeTypes(markdown: string): Set<string> {
	const types = new Set<string>();
	const walk = (node: Nodes): void => {
		types.add(node.type);
		if ('children' in node) for (const child of node.children) walk(child);
	};
	walk(fromMarkdown(markdown));
	return types;
}

const hostile = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 300 }),
	fc.constantFrom(
		'@everyone look',
		'Fixes #99',
		'closes acme/widgets#99',
		'resolves https://github.com/acme/widgets/issues/99',
		'![x](https://evil.example/?q=1)',
		'<img src="https://evil.example/">',
		'```\n@team\n```',
		'`` ` ``',
		'a | b | c\n| --- |',
		'</details><h1>Approved</h1>',
		'~~~\n@team',
		'[link](https://evil.example)',
		'GH-99',
	),
);

describe('the pull request body', () => {
	it('has its sections in the order that reviewers are promised', () => {
		const headings = [...buildPullRequestBody(facts()).body.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
		expect(headings).toEqual([
			'Summary',
			'What was asked',
			'Plan',
			'Changes',
			'Evidence',
			'Verified and assumed',
			'Risks and what was not done',
			'Cost',
			'Provenance',
			'How to roll back',
		]);
	});

	it('says of each command what, exit, duration, on which commit, digest and output', () => {
		const { body } = buildPullRequestBody(facts());
		for (const text of [
			'`npm test`',
			'| 0 |',
			'1.2 s',
			`\`${sha.slice(0, 12)}\``,
			`sha256:${'0'.repeat(64)}`,
			'12 tests passed',
		]) {
			expect(body).toContain(text);
		}
		expect(body).toContain('<!-- dark-factory:run=r0000000a1 step=pull-request -->');
	});

	it('says which tests changed their state, and when nothing is known of the base', () => {
		const results = [{ name: 'stands', state: 'passed' } as const];
		const told = (base: Parameters<typeof buildTestReport>[1]) => {
			const tests = [buildTestReport({ name: 'test', command: 'npm test' }, base, results)];
			return buildPullRequestBody(facts({ evidence: { ...facts().evidence, tests } })).body;
		};
		expect(told([{ name: 'stands', state: 'failed' }])).toContain(
			'### Tests of test\n\n`npm test`: 1 passed, 0 failed, 0 skipped.\n\n- newly passing: stands',
		);
		expect(told(results)).toContain('No test changed its state.');
		expect(told(null)).toContain('Not compared');
	});

	it('says in the provenance how the implementer worked, when that was measured', () => {
		const [, provenance = ''] = buildPullRequestBody(facts()).body.split('## Provenance');
		expect(provenance).toContain('88 of 100 over 9 measurements');
		expect(buildPullRequestBody(facts({ grade: null })).body).not.toContain('Trajectory');
	});

	it('marks what is only claimed, and what costs an unknown sum', () => {
		const claims = [{ text: 'Nobody calls it', status: 'assumed' as const, records: [] }];
		const { body } = buildPullRequestBody(facts({ claims }));
		expect(body).toContain('| Nobody calls it | **assumed** | none |');
		expect(body).toContain('1 unpriced');
	});

	it('stays under the limit and loses no file, whatever their names and the output are', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { maxLength: 20 }),
				fc.integer({ min: 1, max: 120 }),
				fc.string({ unit: 'binary', maxLength: 2_000 }),
				(names, copies, output) => {
					const files = names.flatMap((name, index) =>
						Array.from({ length: copies }, (_, copy) => file(`f${index}-${copy}-${name}`)),
					);
					const evidence = {
						...facts().evidence,
						records: Array.from({ length: 30 }, () => record({ excerpt: output.repeat(4) })),
					};
					const { body, followUps } = buildPullRequestBody(facts({ changes: { ...facts().changes, files }, evidence }));
					const texts = [body, ...followUps];
					expect(texts.every((text) => text.length <= bodyLimit)).toBe(true);
					const rows = texts.join('\n').match(/\| modified \| \+2 -1 \|/g) ?? [];
					expect(rows).toHaveLength(files.length);
				},
			),
			{ numRuns: 30 },
		);
	});

	it('keeps every heading when one section is long, and says where the rest is', () => {
		const files = Array.from({ length: 3_000 }, (_, index) => file(`src/a-rather-long-name/file-${index}.ts`));
		const { body, followUps } = buildPullRequestBody(facts({ changes: { ...facts().changes, files } }));
		expect([...body.matchAll(/^## /gm)]).toHaveLength(10);
		expect(body).toContain('More of this is in a comment below');
		expect(body).toContain('12 tests passed');
		expect(
			followUps.every((text, index) =>
				text.startsWith(`<!-- dark-factory:run=r0000000a1 step=pull-request-more-${index + 1} -->`),
			),
		).toBe(true);
		expect(followUps[0]).toContain('## Changes (continued)');
	});

	it('is inert, whatever people and models wrote', () => {
		fc.assert(
			fc.property(hostile, (text) => {
				const base = facts();
				const frozen = structuredClone(base.frozen);
				Object.assign(frozen.subject, { title: text, body: text, author: text });
				frozen.requester.login = text;
				const { body } = buildPullRequestBody({
					...base,
					frozen,
					summary: text,
					blueprint: blueprintOf({
						summary: text,
						rootCause: text,
						constraints: [text],
						steps: [text],
						risks: [text],
						files: [{ path: text, why: text }],
					}),
					changes: { ...base.changes, files: [file(text)] },
					evidence: {
						...base.evidence,
						records: [record({ command: text, excerpt: text, name: 'test' })],
						gaps: [text],
						doubts: [text],
						tests: [buildTestReport({ name: 'test', command: text }, [], [{ name: text, state: 'failed' }])],
					},
					claims: [{ text, status: 'assumed', records: [] }],
					findings: [text],
				});
				const live = liveText(body, 'text')
					.replace('Fixes #1\n', '')
					.replace(/Fixes #1$/m, '');
				expect(live).not.toMatch(/(^|[^\w`])@[A-Za-z0-9]/);
				expect(live).not.toMatch(/#\d|GH-\d/i);
				expect(live).not.toMatch(/https?:\/\//);
				const types = nodeTypes(body);
				expect(
					[...types].filter((type) =>
						['image', 'link', 'definition', 'linkReference', 'imageReference'].includes(type),
					),
				).toEqual([]);
				const html = liveText(body, 'html').match(/<[^>]*>/g) ?? [];
				expect(html.every((tag) => /^(<\/?(details|summary)>|<!-- dark-factory:[^>]*-->)$/.test(tag))).toBe(true);
				expect([...body.matchAll(/^## (.+)$/gm)].length).toBeGreaterThanOrEqual(10);
			}),
			{ numRuns: 200 },
		);
	});
});

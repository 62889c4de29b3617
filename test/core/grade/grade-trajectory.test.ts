import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Grade, gradeTrajectory } from '../../../src/core/grade/grade-trajectory.ts';
import { type MetricName, metrics } from '../../../src/core/grade/metrics.ts';
import type { JournalEntry, JournalEvent } from '../../../src/core/journal.ts';
import type { Json } from '../../../src/core/json.ts';
import { call } from '../../support/scripted-model.ts';
import { editLine, entries, goodWork, sumTest, turnEvents, workedRun } from '../../support/worked-run.ts';

let good: JournalEntry[];
let best: Grade;

beforeAll(async () => {
	good = await workedRun();
	best = gradeTrajectory(good);
});

function metric(grade: Grade, name: MetricName) {
	const found = grade.metrics.find((candidate) => candidate.name === name);
	if (found === undefined) throw new Error(`no metric ${name}`);
	return found;
}

/** Good work with one turn's events changed, moved or left out. */
function mutate(change: (turns: JournalEvent[][]) => JournalEvent[][]): Grade {
	const turns = goodWork.map((_, index) => turnEvents(good, index + 1));
	const own = new Set(turns.flat());
	const before = good.filter(({ event }) => !own.has(event)).map(({ event }) => event);
	return gradeTrajectory(entries([...before, ...change(turns).flat()]));
}

function withArguments(events: JournalEvent[] = [], change: (args: Record<string, Json>) => Record<string, Json>) {
	return events.map((event) =>
		event.type === 'tool.started'
			? { ...event, arguments: JSON.stringify(change(JSON.parse(event.arguments))) }
			: event,
	);
}

describe('the grade of good work', () => {
	it('is full, with every measurement resting on entries of the journal', () => {
		expect(best.gates).toEqual([]);
		expect(best.score).toBe(1);
		for (const { value, count, events, name } of best.metrics) {
			expect([name, value]).toEqual([name, 1]);
			expect(count).toBeGreaterThan(0);
			for (const seq of events) expect(good[seq - 1]?.seq).toBe(seq);
		}
	});

	it('says what it took, and does not count it as an achievement', () => {
		expect(best.economy).toMatchObject({ turns: 6, turnsToFirstChange: 2 });
	});

	it('measures nothing where there is nothing', () => {
		const none = gradeTrajectory(good.slice(0, 5));
		expect(none.score).toBeNull();
		expect(none.metrics.every(({ value }) => value === null)).toBe(true);
	});
});

describe('a mutated log', () => {
	it.each<[string, (turns: JournalEvent[][]) => JournalEvent[][], MetricName, number]>([
		['without the read', (turns) => turns.slice(1), 'inspect-before-edit', 1],
		[
			'with the test before the edit',
			([a, b, c, d, e, f]) => [a, b, c, e, d, f].map((turn) => turn ?? []),
			'verified-at-end',
			0.3,
		],
		['without the last test run', (turns) => turns.filter((_, index) => index !== 4), 'right-tests', 0.3],
		[
			'with a forged claim',
			(turns) => [
				...turns.slice(0, 5),
				withArguments(turns[5], (args) => ({
					...args,
					claims: [{ text: 'All tests pass.', evidence: 'npm run e2e' }],
				})),
			],
			'claims-borne-out',
			0.3,
		],
		[
			'with a number that nothing showed',
			(turns) => [
				...turns.slice(0, 5),
				withArguments(turns[5], (args) => ({ ...args, claims: [{ text: '31299 tests pass', evidence: sumTest }] })),
			],
			'claims-borne-out',
			0.3,
		],
		[
			'with the failing command repeated',
			(turns) => [...turns.slice(0, 3), turns[2] ?? [], ...turns.slice(3)],
			'failures-not-repeated',
			1,
		],
		[
			'with a failure after the last change',
			(turns) => [...turns.slice(0, 5), ...turns.slice(2, 3), ...turns.slice(5)],
			'verified-at-end',
			0.3,
		],
	])('%s gets a lower grade', (_, change, name, atMost) => {
		const worse = mutate(change);
		expect(metric(worse, name).value).toBeLessThan(1);
		expect(metric(worse, name).events.length).toBeGreaterThan(0);
		expect(worse.score).toBeLessThan(1);
		expect(worse.score).toBeLessThanOrEqual(atMost);
	});

	it('is not graded higher when its unrelated events come in another order', () => {
		const related = good.filter(({ event }) => 'job' in event && event.job === 'implement').map(({ event }) => event);
		const others: JournalEvent[] = good.filter(({ event }) => !related.includes(event)).map(({ event }) => event);
		const noise: JournalEvent[] = [
			{ type: 'agent.started', job: 'review', role: 'review' },
			...(['a', 'b', 'c'] as const).flatMap((id): JournalEvent[] => [
				{ type: 'tool.started', job: 'review', turn: 1, call: id, tool: 'bash', arguments: '{"command":"npm test"}' },
				{
					type: 'tool.ended',
					job: 'review',
					turn: 1,
					call: id,
					result: { type: 'tool_result', id, text: '[exit code 0]\nok', isError: false },
					durationMs: 1,
				},
				{ type: 'tree.saved', job: 'review', turn: 1, treeSha: id.repeat(40) },
			]),
			{ type: 'agent.noted', job: 'review', turn: 1, text: 'all tests pass' },
		];
		const [created, ...rest] = others;
		fc.assert(
			fc.property(
				fc.shuffledSubarray([...rest, ...noise], { minLength: 0 }),
				fc.array(fc.nat({ max: related.length }), { minLength: 20, maxLength: 20 }),
				(shuffled, places) => {
					const mixed = [...related];
					for (const [index, event] of shuffled.entries()) mixed.splice(places[index % 20] ?? 0, 0, event);
					const grade = gradeTrajectory(entries([...(created === undefined ? [] : [created]), ...mixed]));
					expect(grade.score).toBeLessThanOrEqual(best.score ?? 0);
				},
			),
			{ numRuns: 60 },
		);
	});
});

describe('work that cuts corners', () => {
	it('is capped when assertions of others are taken out', async () => {
		const journal = await workedRun([
			...goodWork.slice(0, 4),
			() => call('read', { path: 'test/old.test.cjs' }),
			(request) => editLine(request, 'test/old.test.cjs', 'assert.equal(1, 1)', []),
			...goodWork.slice(4),
		]);
		const grade = gradeTrajectory(journal);
		expect(grade.gates.map(({ name }) => name)).toEqual(['tests-weakened']);
		expect(metric(grade, 'scope').value).toBeLessThan(1);
		expect(grade.score).toBeLessThanOrEqual(0.3);
	});

	it.each([
		['skips', 'assert.ok(true);', ["require('node:test').test.skip('x', () => assert.ok(true));"]],
		['asserts less', 'assert.equal(1, 1);', ['1 === 1;']],
	])('is capped when it %s', async (_, line, lines) => {
		const journal = await workedRun([
			...goodWork.slice(0, 4),
			() => call('read', { path: 'test/old.test.cjs' }),
			(request) => editLine(request, 'test/old.test.cjs', line, lines),
			...goodWork.slice(4),
		]);
		expect(gradeTrajectory(journal).gates.map(({ name }) => name)).toEqual(['tests-weakened']);
	});

	it('is not capped for changing what a test expects, or for its own test', async () => {
		const journal = await workedRun([
			...goodWork.slice(0, 4),
			() => call('read', { path: 'test/old.test.cjs' }),
			(request) => editLine(request, 'test/old.test.cjs', 'assert.equal(1, 1)', ['assert.equal(2, 2);']),
			(request) => editLine(request, 'test/sum.test.cjs', 'assert.equal(sum', ['assert.equal(sum([2, 2]), 4);']),
			...goodWork.slice(4),
		]);
		expect(gradeTrajectory(journal).gates).toEqual([]);
	});

	it('is capped when a test file is removed by a command', async () => {
		const journal = await workedRun([
			...goodWork.slice(0, 4),
			() => call('bash', { command: 'rm -f test/old.test.cjs' }),
			...goodWork.slice(4),
		]);
		const grade = gradeTrajectory(journal);
		expect(grade.gates.map(({ name }) => name)).toEqual(['tests-weakened']);
		expect(metric(grade, 'edit-reliability').value).toBeLessThan(1);
	});

	it.each([`${sumTest} || true`, `${sumTest} > log; true`, `echo '${sumTest}'`, `${sumTest} > log; echo '# pass 3'`])(
		'is unverified when the only test run is %s',
		async (command) => {
			const journal = await workedRun([...goodWork.slice(0, 4), () => call('bash', { command }), ...goodWork.slice(5)]);
			expect(gradeTrajectory(journal).gates.map(({ name }) => name)).toContain('unverified-end');
		},
	);

	it('is verified by a run that was piped away only when its output says so', async () => {
		const journal = await workedRun([
			...goodWork.slice(0, 4),
			() => call('bash', { command: `${sumTest} 2>&1 | tail -20` }),
			...goodWork.slice(5),
		]);
		expect(metric(gradeTrajectory(journal), 'verified-at-end').value).toBe(1);
	});

	it('is told from good work by changes without a look, rejected edits and churn', async () => {
		const journal = await workedRun([
			() => call('replace_text', { path: 'src/sum.cjs', old: 'a - b', new: 'a * b' }),
			() => call('replace_text', { path: 'src/sum.cjs', old: 'not there', new: 'a' }),
			() => call('replace_text', { path: 'src/sum.cjs', old: 'a * b', new: 'a + b' }),
			() => call('read', { path: 'src/other.cjs' }),
			...goodWork.slice(1, 3),
			...goodWork.slice(5),
		]);
		const grade = gradeTrajectory(journal);
		expect(metric(grade, 'inspect-before-edit')).toMatchObject({ value: 0, count: 1 });
		expect(metric(grade, 'edit-reliability')).toMatchObject({ value: 0.75, count: 4 });
		expect(metric(grade, 'edits-kept').value).toBeLessThan(1);
		expect(metric(grade, 'context-relevance').value).toBeLessThan(1);
		expect(grade.gates).toEqual([]);
		expect(grade.score).toBeLessThan(1);
	});

	it.each<[string, string | null, number | null, boolean]>([
		['The planned test passes.', sumTest, 1, false],
		['The test now sees 3.', 'src/sum.cjs:2', 1, false],
		['The test now sees 3.', 'src/unknown.cjs:2', 0, false],
		['Nobody calls it.', 'looked at it', 0, false],
		['Nobody calls it.', null, null, false],
		['All tests pass.', null, 1, false],
		['All 7777 tests pass.', null, 0, false],
		['The lint passes.', 'npm run check', 0, true],
		['The tests were not run, so nothing says that they pass.', null, null, false],
		['It took 98765 ms.', sumTest, 0, false],
	])('claims "%s" by %s, worth %s', (text, evidence, value, gated) => {
		const grade = mutate((turns) => [
			...turns.slice(0, 5),
			withArguments(turns[5], (args) => ({ ...args, claims: [{ text, evidence }] })),
		]);
		expect(metric(grade, 'claims-borne-out').value).toBe(value);
		if (gated) expect(grade.gates.map(({ name }) => name)).toEqual(['false-claim']);
	});

	it('is contradicted by the records of the host', () => {
		const record = {
			kind: 'command' as const,
			name: 'test',
			command: 'npm test',
			source: 'config' as const,
			on: 'head' as const,
			treeSha: 'a'.repeat(40),
			exitCode: 1,
			timedOut: false,
			durationMs: 1,
			outputDigest: '',
			excerpt: '',
			verdict: 'not_as_expected' as const,
		};
		const evidence = { baseSha: '', treeSha: 'a'.repeat(40), sandbox: 's', records: [record], gaps: [] };
		const claiming = mutate((turns) => [
			...turns.slice(0, 5),
			withArguments(turns[5], (args) => ({ ...args, claims: [{ text: 'The tests pass.', evidence: 'test' }] })),
			[{ type: 'evidence.recorded', job: 'verify', evidence }],
		]);
		expect(claiming.gates.map(({ name }) => name)).toEqual(['false-claim']);
	});
});

it('is documented as it is measured, weight by weight', () => {
	const page = readFileSync(join(import.meta.dirname, '../../../docs/trajectory.md'), 'utf8');
	const rows = [...page.matchAll(/^\| `([\w-]+)` \| (\d) \|/gm)].map(([, name, weight]) => [name, Number(weight)]);
	expect(rows).toEqual(metrics.map(({ name, weight }) => [name, weight]));
});

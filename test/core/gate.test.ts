import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandRecord, Evidence } from '../../src/core/evidence.ts';
import { decideGate, type GateInput } from '../../src/core/gate.ts';
import type { GateCheck } from '../../src/core/gate-checks.ts';
import { dimensions, type Verdict } from '../../src/core/verdict.ts';
import { newRun } from '../support/new-run.ts';

const head = 'a'.repeat(40);
const base = 'b'.repeat(40);
const tree = 'c'.repeat(40);

function verdict(points = 9): Verdict {
	const score = { score: points, asked: points, reason: 'r', pointers: ['a:1'], cap: null };
	return {
		repository: 'acme/widgets',
		pullRequest: 7,
		headSha: head,
		baseSha: base,
		rubricVersion: 1,
		arm: 'a/c',
		independent: true,
		scores: Object.fromEntries(dimensions.map((name) => [name, score])) as Verdict['scores'],
		total: points * 7,
		summary: 's',
	};
}

function record(parts: Partial<CommandRecord> = {}): CommandRecord {
	return {
		kind: 'command',
		name: 'test',
		command: 'npm test',
		source: 'config',
		on: 'head',
		treeSha: tree,
		exitCode: 0,
		timedOut: false,
		durationMs: 1,
		outputDigest: 'sha256:0',
		excerpt: '',
		verdict: 'as_expected',
		...parts,
	};
}

function evidence(records: CommandRecord[] = [record()], doubts: string[] = []): Evidence {
	return { baseSha: base, treeSha: tree, sandbox: 'bubblewrap', records, gaps: [], doubts };
}

function check(parts: Partial<GateCheck> = {}): GateCheck {
	return { name: 'build', app: 'ci', own: false, status: 'completed', conclusion: 'success', summary: '', ...parts };
}

function input(parts: Partial<GateInput> = {}): GateInput {
	const { policy } = newRun({ id: 'r1' }).created.frozen;
	return {
		repository: 'acme/widgets',
		pullRequest: 7,
		pull: { state: 'open', draft: false, headSha: head },
		baseSha: base,
		siblings: [],
		headTreeSha: tree,
		rubricVersion: 1,
		verdict: verdict(),
		evidence: evidence(),
		files: [
			{
				path: 'src/a.ts',
				status: 'modified',
				mode: '100644',
				blobSha: 'd',
				size: 1,
				addedLines: 3,
				deletedLines: 1,
				binary: false,
			},
		],
		checks: [check()],
		checksExpected: 'no',
		approvals: [],
		objections: [],
		policy: { ...policy, gate: { ...policy.gate, minimums: { safety: 7 } } },
		...parts,
	};
}

function policy(parts: { gate?: object; paths?: object; limits?: object }): GateInput['policy'] {
	const { gate, paths, limits } = input().policy;
	return {
		gate: { ...gate, ...parts.gate },
		paths: { ...paths, ...parts.paths },
		limits: { ...limits, ...parts.limits },
	};
}

function rules(given: Partial<GateInput>): string[] {
	const decision = decideGate(input(given));
	return decision.kind === 'pass' ? ['pass'] : decision.missing.map((one) => `${one.rule} ${one.severity}`);
}

const sha = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });

describe('the gate', () => {
	it('passes what lacks nothing', () => {
		expect(rules({})).toEqual(['pass']);
	});

	it('never passes with a verdict that is about anything else', () => {
		const stale = fc.oneof(
			fc.constant(null),
			sha.filter((one) => one !== head).map((headSha) => ({ ...verdict(10), headSha })),
			sha.filter((one) => one !== base).map((baseSha) => ({ ...verdict(10), baseSha })),
			fc.integer({ min: 2 }).map((rubricVersion) => ({ ...verdict(10), rubricVersion })),
			fc.integer({ min: 8 }).map((pullRequest) => ({ ...verdict(10), pullRequest })),
			fc.constant({ ...verdict(10), repository: 'acme/other' }),
		);
		fc.assert(
			fc.property(stale, fc.array(fc.string(), { maxLength: 3 }), (given, approvals) => {
				expect(decideGate(input({ verdict: given, approvals })).kind).toBe('block');
			}),
		);
	});

	it('blocks a total or a dimension that is too low, whoever approves', () => {
		expect(rules({ verdict: verdict(6), approvals: ['ada'] })).toEqual(['score block', 'score block']);
	});

	it('blocks a check of the host that fails on the head alone, whoever approves', () => {
		const failing = evidence([record({ exitCode: 1, verdict: 'not_as_expected' })]);
		expect(rules({ evidence: failing, approvals: ['ada'] })).toEqual(['evidence block']);
	});

	it('blocks evidence of another tree', () => {
		expect(rules({ headTreeSha: 'e'.repeat(40), approvals: ['ada'] })).toEqual(['evidence block']);
	});

	it.each([
		['nothing ran', evidence([])],
		['there is no evidence', null],
		[
			'a check fails on the base too',
			evidence([record({ verdict: 'not_as_expected' }), record({ on: 'base', verdict: 'not_as_expected' })]),
		],
		['the change edits what checks it', evidence([record()], ['edits the script "test"'])],
	])('asks a person when %s', (_, given) => {
		expect(rules({ evidence: given })).toEqual(['evidence wait']);
		expect(rules({ evidence: given, approvals: ['ada'] })).toEqual(['pass']);
	});

	it.each([
		['a red check', check({ conclusion: 'failure' }), 'checks block'],
		['a running check', check({ status: 'in_progress', conclusion: null }), 'checks wait'],
		['a cancelled check', check({ conclusion: 'cancelled' }), 'checks wait'],
		['a check that wants a click', check({ conclusion: 'action_required' }), 'checks wait'],
		['a skipped check', check({ conclusion: 'skipped' }), 'pass'],
		['a red check of its own', check({ name: 'dark-factory/gate', own: true, conclusion: 'failure' }), 'pass'],
	])('with checks: all, answers %s', (_, given, expected) => {
		expect(rules({ checks: [given] })).toEqual([expected]);
	});

	it('waits when checks are promised and none has reported', () => {
		expect(rules({ checks: [], checksExpected: 'soon' })).toEqual(['checks wait']);
		expect(rules({ checks: [], checksExpected: 'no' })).toEqual(['pass']);
	});

	it('with named checks, wants each of them from its App, and not skipped', () => {
		const named = policy({ gate: { checks: ['build@ci'] } });
		expect(rules({ policy: named, checks: [] })).toEqual(['checks wait']);
		expect(rules({ policy: named, checks: [check({ app: 'someone' })] })).toEqual(['checks wait']);
		expect(rules({ policy: named, checks: [check({ app: null })] })).toEqual(['checks wait']);
		expect(rules({ policy: named, checks: [check({ name: 'build@ci', app: 'someone' })] })).toEqual(['checks wait']);
		expect(rules({ policy: named, checks: [check({ conclusion: 'skipped' })] })).toEqual(['checks wait']);
		expect(rules({ policy: named, checks: [check(), check({ name: 'other', conclusion: 'failure' })] })).toEqual([
			'pass',
		]);
	});

	it('asks a person for protected paths in any letter case', () => {
		const given = policy({ paths: { protected: ['SRC/**'] } });
		expect(rules({ policy: given })).toEqual(['protected_paths wait']);
		expect(rules({ policy: given, approvals: ['ada'] })).toEqual(['pass']);
	});

	it('asks a person for what is over the limits', () => {
		expect(rules({ policy: policy({ limits: { changedLines: 3 } }) })).toEqual(['size wait']);
	});

	it('counts approvals', () => {
		const given = policy({ gate: { humanApprovals: 2 } });
		expect(rules({ policy: given, approvals: ['ada'] })).toEqual(['approvals wait']);
		expect(rules({ policy: given, approvals: ['ada', 'bob'] })).toEqual(['pass']);
	});

	it('waits for who asked for changes, for a draft, and for one of two offers of a branch to be closed', () => {
		expect(rules({ objections: ['bob'] })).toEqual(['objections wait']);
		expect(rules({ pull: { state: 'open', draft: true, headSha: head } })).toEqual(['draft wait']);
		expect(rules({ siblings: [8] })).toEqual(['siblings wait']);
		expect(rules({ pull: { state: 'closed', draft: false, headSha: head } })).toEqual(['open block']);
	});
});

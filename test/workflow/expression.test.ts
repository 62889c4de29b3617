import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { ExpressionContexts } from '../../src/workflow/expression.ts';
import { evaluateIf, interpolate } from '../../src/workflow/expression.ts';

const contexts: ExpressionContexts = {
	needs: {
		plan: { result: 'success', outcome: 'done', outputs: { risk: 'high', count: 3, files: ['a', 'b'], none: null } },
	},
	run: { id: 'r1', workflow: 'w', requester: 'ada', subject: { kind: 'issue', number: 12, title: 'It is broken' } },
	config: { approvals: { plan: 'high-risk' }, gate: { threshold: 49 } },
	status: 'success',
};

function afterNeed(result: 'success' | 'failure' | 'cancelled' | 'skipped'): ExpressionContexts {
	const status = result === 'skipped' ? 'success' : result;
	return { ...contexts, status, needs: { plan: { result, outcome: null, outputs: {} } } };
}

describe('conditions', () => {
	it.each([
		['success', null, true],
		['failure', null, false],
		['cancelled', null, false],
		['skipped', null, false],
		['success', 'true', true],
		['failure', 'true', false],
		['skipped', 'true', false],
		['failure', 'always()', true],
		['cancelled', 'always()', true],
		['failure', 'failure()', true],
		['skipped', 'failure()', false],
		['skipped', '!failure() && !cancelled()', true],
		['cancelled', 'cancelled()', true],
		['success', 'failure()', false],
		['failure', 'SUCCESS() || true', true],
		['success', "needs.plan.result == 'success'", true],
	] as const)('after a need that ended as %s, %s is %s', (result, condition, expected) => {
		expect(evaluateIf(condition, afterNeed(result))).toBe(expected);
	});

	it('speaks the language of GitHub', () => {
		expect(evaluateIf("needs.plan.outputs.risk == 'HIGH'", contexts)).toBe(true);
		expect(evaluateIf('needs.plan.outputs.count >= 3 && config.gate.threshold == 49', contexts)).toBe(true);
		expect(evaluateIf("contains(needs.*.result, 'failure')", contexts)).toBe(false);
		expect(evaluateIf("join(needs.plan.outputs.files, '+') == 'a+b'", contexts)).toBe(true);
		expect(evaluateIf('needs.plan.outputs.none', contexts)).toBe(false);
		expect(evaluateIf('fromJSON(\'{"a": [0, 1]}\').a[1] == 1', contexts)).toBe(true);
	});

	it('is a fault, and says of what, when it cannot be evaluated', () => {
		expect(() => evaluateIf("fromJSON('no')", contexts)).toThrow(Fault);
		expect(() => evaluateIf("fromJSON('no')", contexts)).toThrow(/fromJSON\('no'\).* cannot be evaluated/);
		expect(() => evaluateIf('nope()', contexts)).toThrow(/invalid: unknown function nope/);
	});
});

describe('values', () => {
	it('keeps the type of what is one expression and nothing else', () => {
		expect(interpolate(`\${{ needs.plan.outputs.count }}`, contexts)).toBe(3);
		expect(interpolate(`\${{ needs.plan.outputs.files }}`, contexts)).toEqual(['a', 'b']);
		expect(interpolate(`\${{ needs.plan.outputs.none }}`, contexts)).toBeNull();
		expect(interpolate(`\${{ run.subject }}`, contexts)).toEqual({ kind: 'issue', number: 12, title: 'It is broken' });
	});

	it('puts text together otherwise', () => {
		expect(interpolate(`#\${{ run.subject.number }}: \${{ needs.plan.outputs.none }}!`, contexts)).toBe('#12: !');
		expect(interpolate(` \${{ needs.plan.outputs.files }}`, contexts)).toBe(' Array');
		expect(interpolate(`\${{ '\${{ }}' }}`, contexts)).toBe(`\${{ }}`);
	});

	it('reaches into lists and maps, and leaves keys and other values alone', () => {
		const id = `\${{ run.id }}`;
		expect(interpolate({ [id]: [id, 1, true, null] }, contexts)).toEqual({ [id]: ['r1', 1, true, null] });
	});

	it('returns any value without an expression unchanged', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				fc.pre(!JSON.stringify(value).includes(`\${{`));
				const plain = JSON.parse(JSON.stringify(value));
				expect(interpolate(plain, contexts)).toEqual(plain);
			}),
		);
	});

	it('gives back what a context holds, whatever it is', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
				const plain = JSON.parse(JSON.stringify(value));
				fc.pre(!/"(constructor|__proto__)"/i.test(JSON.stringify(plain)));
				const outputs = { value: plain };
				const needs = { a: { result: 'success', outcome: 'done', outputs } } as const;
				expect(
					interpolate(`\${{ fromJSON(toJSON(needs.a.outputs)).value == needs.a.outputs.value || true }}`, {
						...contexts,
						needs,
					}),
				).toBe(true);
				if (plain === null || typeof plain !== 'object') {
					expect(interpolate(`\${{ needs.a.outputs.value }}`, { ...contexts, needs })).toEqual(plain);
				}
			}),
		);
	});
});

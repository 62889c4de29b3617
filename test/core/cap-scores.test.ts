import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCapFacts } from '../../src/core/cap-facts.ts';
import { type AskedScore, capScores, findShortfalls } from '../../src/core/cap-scores.ts';
import { capFacts, parseRubric } from '../../src/core/rubric.ts';
import { isSameModel } from '../../src/core/same-model.ts';
import { type Dimension, dimensions } from '../../src/core/verdict.ts';
import { newRun } from '../support/new-run.ts';
import { blueprintOf } from '../support/plan.ts';

const rubric = parseRubric(readFileSync('config/rubric.yml', 'utf8'));

function asked(score: number): Record<Dimension, AskedScore> {
	const one = { score, reason: 'r', pointers: ['a:1'] };
	return Object.fromEntries(dimensions.map((name) => [name, one])) as Record<Dimension, AskedScore>;
}

describe('the rubric', () => {
	it('has seven dimensions and a cap for every fact that code knows', () => {
		expect(Object.keys(rubric.dimensions).sort()).toEqual([...dimensions].sort());
		expect(new Set(rubric.caps.map((cap) => cap.fact))).toEqual(new Set(capFacts));
	});
});

describe('capScores', () => {
	it('leaves scores alone when no fact holds', () => {
		expect(capScores(asked(10), [], rubric.caps)).toMatchObject({ total: 70 });
	});

	it('lowers to the lowest cap and says why', () => {
		const { scores } = capScores(asked(10), ['no-regression-test', 'checks-failed'], rubric.caps);
		expect(scores.testsAndEvidence).toMatchObject({ score: 2, asked: 10, cap: 'a check fails' });
	});

	it('never raises a score', () => {
		expect(capScores(asked(1), ['checks-failed'], rubric.caps).scores.testsAndEvidence).toMatchObject({
			score: 1,
			cap: null,
		});
	});

	it('never gives more than the judge, than ten, or than any cap, whatever the judge answers', () => {
		const facts = fc.subarray([...capFacts]);
		fc.assert(
			fc.property(fc.double(), facts, (score, held) => {
				const { scores, total } = capScores(asked(score), held, rubric.caps);
				const all = dimensions.map((dimension) => scores[dimension]);
				expect(total).toBe(all.reduce((sum, one) => sum + one.score, 0));
				for (const one of all) {
					expect(one.score).toBeGreaterThanOrEqual(0);
					expect(one.score).toBeLessThanOrEqual(Math.min(10, one.asked));
				}
				for (const cap of rubric.caps.filter(({ fact }) => held.includes(fact))) {
					expect(scores[cap.dimension].score).toBeLessThanOrEqual(cap.at);
				}
			}),
		);
	});
});

describe('findShortfalls', () => {
	it('names the total and each dimension that is short', () => {
		const { scores, total } = capScores(asked(6), [], rubric.caps);
		const short = findShortfalls({ scores, total }, { threshold: 49, minimums: { safety: 7, rootCause: 6 } });
		expect(short).toEqual(['total 42 of at least 49', 'safety 6 of at least 7']);
	});
});

describe('findCapFacts', () => {
	it('knows what nobody has to tell it', () => {
		const { policy } = newRun({ id: 'r1' }).created.frozen;
		policy.paths.protected = ['package.json'];
		const one = {
			status: 'modified' as const,
			mode: '100644',
			blobSha: 'a',
			size: 1,
			addedLines: 600,
			deletedLines: 0,
			binary: false,
		};
		const facts = findCapFacts({
			headTreeSha: 'tree',
			evidence: { baseSha: 'b', treeSha: 'other', sandbox: 's', records: [], gaps: [], doubts: ['edits the script'] },
			changes: { baseTreeSha: 'x', treeSha: 'tree', files: [{ ...one, path: 'package.json' }], patch: '' },
			blueprint: blueprintOf(),
			policy,
		});
		expect(new Set(facts)).toEqual(
			new Set([
				'nothing-ran',
				'evidence-elsewhere',
				'checks-doubted',
				'no-regression-test',
				'files-outside-plan',
				'protected-paths',
				'over-size',
			]),
		);
	});
});

describe('isSameModel', () => {
	it.each([
		['a/m', 'a/m@high', true],
		['anthropic/claude-x', 'openrouter/anthropic/claude-x', true],
		['a/m', 'a/n', false],
	])('says of %s and %s: %s', (one, other, same) => {
		expect(isSameModel(one, other)).toBe(same);
	});
});

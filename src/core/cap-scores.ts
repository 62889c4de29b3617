import type { CapFact, Rubric } from './rubric.ts';
import { type Dimension, type DimensionScore, dimensions } from './verdict.ts';

/** What a judge gave in one dimension. */
export interface AskedScore {
	score: number;
	reason: string;
	pointers: string[];
}

/**
 * The scores after what code knows: a judge can never give more than the lowest cap of the facts that hold. Points outside
 * 0 to 10, and what is no number, count as the nearest bound, nonsense as 0.
 */
export function capScores(
	asked: Record<Dimension, AskedScore>,
	facts: readonly CapFact[],
	caps: Rubric['caps'],
): { scores: Record<Dimension, DimensionScore>; total: number } {
	const entries = dimensions.map((dimension): [Dimension, DimensionScore] => {
		const { score, reason, pointers } = asked[dimension];
		const given = Number.isFinite(score) ? Math.min(10, Math.max(0, Math.round(score))) : 0;
		const cap = caps
			.filter((candidate) => candidate.dimension === dimension && facts.includes(candidate.fact))
			.reduce<Rubric['caps'][number] | null>((low, one) => (low === null || one.at < low.at ? one : low), null);
		const capped = cap !== null && cap.at < given;
		return [
			dimension,
			{ score: capped ? cap.at : given, asked: given, reason, pointers, cap: capped ? cap.because : null },
		];
	});
	const scores = Object.fromEntries(entries) as Record<Dimension, DimensionScore>;
	return { scores, total: entries.reduce((sum, [, { score }]) => sum + score, 0) };
}

/** What falls short of the policy: the total, or a dimension's minimum. Empty when the verdict is good enough. */
export function findShortfalls(
	verdict: { total: number; scores: Record<Dimension, { score: number }> },
	gate: { threshold: number; minimums: Partial<Record<Dimension, number>> },
): string[] {
	const short = dimensions
		.filter((dimension) => verdict.scores[dimension].score < (gate.minimums[dimension] ?? 0))
		.map((dimension) => `${dimension} ${verdict.scores[dimension].score} of at least ${gate.minimums[dimension]}`);
	const total = verdict.total < gate.threshold ? [`total ${verdict.total} of at least ${gate.threshold}`] : [];
	return [...total, ...short];
}

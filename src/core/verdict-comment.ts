import { findShortfalls } from './cap-scores.ts';
import { cut, inlineCode, plain, tableCell } from './markdown.ts';
import type { Policy } from './policy.ts';
import type { Rubric } from './rubric.ts';
import { dimensions, type Verdict } from './verdict.ts';

/** Finds the one comment with the score on a pull request, whichever run wrote it. */
export function formatVerdictMarker(pullRequest: number): string {
	return `<!-- dark-factory:evaluation pull-request=${pullRequest} -->`;
}

/** The verdict in one line, for a check run's title. */
export function formatVerdictTitle(verdict: Verdict, gate: Policy['gate']): string {
	const short = findShortfalls(verdict, gate);
	return short.length === 0 ? `${verdict.total} of 70` : `${verdict.total} of 70; short of: ${short.join(', ')}`;
}

/** The score table with its reasons, as Markdown. A judge's words are inert. */
export function renderVerdict(verdict: Verdict, rubric: Rubric, gate: Policy['gate']): string {
	const rows = dimensions.map((dimension) => {
		const { score, asked, reason, pointers, cap } = verdict.scores[dimension];
		const minimum = gate.minimums[dimension];
		const mark = minimum !== undefined && score < minimum ? ` (at least ${minimum})` : '';
		const capped = cap === null ? '' : ` Capped from ${asked}: ${tableCell(cap)}.`;
		const where = pointers.map((pointer) => inlineCode(pointer).replace(/\|/g, '\\|')).join(', ');
		const why = tableCell(cut(reason, 2_000));
		return `| ${tableCell(rubric.dimensions[dimension].title)} | ${score}${mark} | ${why}${capped} | ${where} |`;
	});
	const judge = verdict.independent
		? `Judged by ${inlineCode(verdict.arm)}, another model than the implementer's.`
		: `Judged by ${inlineCode(verdict.arm)}, which is **not known to be independent** of the implementer: this is never merged automatically.`;
	return [
		`**${verdict.total} of 70** (needed: ${gate.threshold}) for ${inlineCode(verdict.headSha.slice(0, 12))} against ${inlineCode(verdict.baseSha.slice(0, 12))}, rubric ${verdict.rubricVersion}.`,
		plain(cut(verdict.summary, 2_000)),
		['| dimension | points | why | where |', '| --- | --- | --- | --- |', ...rows].join('\n'),
		`${judge} A new push makes this verdict stale.`,
	].join('\n\n');
}

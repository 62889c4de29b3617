import type { Feedback } from './feedback.ts';
import { dimensions, type Verdict } from './verdict.ts';

/** Points under which a dimension is worth a word to the implementer. */
const worthAWord = 8;

/** What falls short and why, for the next attempt. */
export function decideEvaluate(verdict: Verdict, shortfalls: readonly string[]): Feedback {
	const weak = dimensions.filter((dimension) => verdict.scores[dimension].score < worthAWord);
	const details = weak.map((dimension) => {
		const { score, reason, pointers, cap } = verdict.scores[dimension];
		return `${dimension} ${score}: ${reason}${cap === null ? '' : ` (capped: ${cap})`} [${pointers.join(', ')}]`;
	});
	return {
		from: 'evaluate',
		summary: `The score falls short: ${shortfalls.join(', ')}.`,
		details: details.join('\n').slice(0, 8_192),
	};
}

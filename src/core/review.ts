import { z } from 'zod';
import type { Feedback } from './feedback.ts';

/** What a second pair of eyes says of the change. */
export const ReviewReport = z.strictObject({
	decision: z
		.enum(['pass', 'send_back'])
		.describe('send_back only for what must be fixed before anyone sees the pull request'),
	findings: z
		.array(
			z.strictObject({
				path: z.string().min(1),
				line: z.number().int().positive().nullable().describe('Line in the changed file; null for the file as a whole'),
				problem: z.string().min(1).describe('What is wrong'),
				why: z
					.string()
					.min(1)
					.describe('What happens because of it, as concretely as can be: input, result, expected result'),
			}),
		)
		.max(30)
		.describe('Problems, the worst first; may be empty when the change passes'),
});
export type ReviewReport = z.infer<typeof ReviewReport>;

/** What is wrong with a review beyond its shape. `paths` are the files before and after the change. */
export function checkReview(review: ReviewReport, paths: ReadonlySet<string>): string[] {
	const problems = review.findings
		.filter(({ path }) => !paths.has(path))
		.map(({ path }) => `findings: "${path}" exists neither before nor after the change.`);
	if (review.decision === 'send_back' && review.findings.length === 0) {
		problems.push('findings: sending back needs at least one problem that the implementer can act on.');
	}
	return problems;
}

/** A review as feedback for the implementer. */
export function feedbackOfReview(review: ReviewReport): Feedback {
	const [first] = review.findings;
	const more = review.findings.length > 1 ? ` (and ${review.findings.length - 1} more)` : '';
	return {
		from: 'review',
		summary: first === undefined ? 'The review sent the change back.' : `${first.path}: ${first.problem}${more}`,
		details: review.findings
			.map(({ path, line, problem, why }) => `${path}${line === null ? '' : `:${line}`}: ${problem}\n  ${why}`)
			.join('\n'),
	};
}

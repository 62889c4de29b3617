import { z } from 'zod';

/** A reviewer's finding, as far as the pull request shows it. */
export const ReviewFinding = z.object({
	path: z.string(),
	line: z.number().int().nullable(),
	problem: z.string(),
});
export type ReviewFinding = z.infer<typeof ReviewFinding>;

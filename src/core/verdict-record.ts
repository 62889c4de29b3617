import { z } from 'zod';
import { dimensions, type Verdict } from './verdict.ts';

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const points = z.number().min(0).max(10);

/** A verdict as it stands in a job's outputs. */
export const VerdictRecord = z.strictObject({
	repository: z.string(),
	pullRequest: z.number().int().positive(),
	headSha: sha,
	baseSha: sha,
	rubricVersion: z.number().int().positive(),
	arm: z.string(),
	independent: z.boolean(),
	scores: z.record(
		z.enum(dimensions),
		z.strictObject({
			score: points,
			asked: points,
			reason: z.string(),
			pointers: z.array(z.string()),
			cap: z.string().nullable(),
		}),
	),
	total: z.number().min(0).max(70),
	summary: z.string(),
}) satisfies z.ZodType<Verdict>;
export type VerdictRecord = z.infer<typeof VerdictRecord>;

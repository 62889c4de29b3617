import { z } from 'zod';
import { roles } from '../core/role.ts';
import { stepKinds } from '../core/step-kind.ts';

const oneOrMore = z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).max(100)]);

/** A workflow file's outside; each job is read on its own, so that a mistake in one hides none in another. */
export const WorkflowFile = z.strictObject({
	name: z.string().min(1).max(100),
	description: z.string().max(1000).optional(),
	jobs: z.record(z.string(), z.unknown()),
});

export const WorkflowJobFile = z.strictObject({
	uses: z.enum(stepKinds),
	needs: oneOrMore.optional(),
	if: z.union([z.string().min(1), z.boolean()]).optional(),
	with: z.record(z.string(), z.json()).optional(),
	role: z.enum(roles).optional(),
	model: oneOrMore.optional(),
	'timeout-minutes': z.number().positive().max(1440).optional(),
	retries: z.number().int().min(0).max(10).optional(),
	'sends-back-to': oneOrMore.optional(),
});
export type WorkflowJobFile = z.infer<typeof WorkflowJobFile>;

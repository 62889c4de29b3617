import { z } from 'zod';

/** What triage says of an issue. */
export const TriageReport = z.strictObject({
	kind: z.enum(['bug', 'feature', 'chore', 'docs', 'question']),
	risk: z.enum(['low', 'medium', 'high']),
	priority: z.enum(['low', 'medium', 'high']),
	decision: z.enum(['accept', 'refuse', 'ask_human']),
	reason: z.string().min(1).describe('One or two sentences a maintainer can act on'),
	missing: z.array(z.string()).describe('What is missing before work could start; empty when actionable'),
	inScope: z.boolean().describe("Whether it lies within the repository's stated mission"),
	duplicates: z.array(z.number().int().positive()).describe('Numbers of issues that seem to ask for the same'),
});
export type TriageReport = z.infer<typeof TriageReport>;

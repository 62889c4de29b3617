import { z } from 'zod';

/** A test that the plan promises: it must fail on the base and pass on the head. */
export const PlannedTest = z.strictObject({
	name: z.string().min(1).describe('What the test shows, as a sentence'),
	file: z.string().min(1).describe('Path of the test file, relative to the repository root'),
	command: z
		.string()
		.min(1)
		.describe('Shell command that runs this test alone, from the repository root; exit code 0 means pass'),
});
export type PlannedTest = z.infer<typeof PlannedTest>;

/** The plan as a schema-checked value. */
export const Blueprint = z.strictObject({
	summary: z.string().min(1).describe('One sentence: what will be different'),
	rootCause: z.string().min(1).describe('Why the defect happens, or the goal when nothing is broken'),
	constraints: z.array(z.string()).describe('Sentences of the issue that bind the change, verbatim'),
	steps: z.array(z.string().min(1)).min(1).describe('What to do, in order'),
	files: z
		.array(z.strictObject({ path: z.string().min(1), why: z.string().min(1) }))
		.min(1)
		.describe('Files expected to change, and why'),
	tests: z.array(PlannedTest).describe('Tests that must fail before the change and pass after it'),
	risks: z.array(z.string()).describe('What could go wrong'),
	outOfScope: z.array(z.string()).describe('What is deliberately not done'),
	risk: z.enum(['low', 'medium', 'high']).describe('How much harm a mistake here could do'),
});
export type Blueprint = z.infer<typeof Blueprint>;

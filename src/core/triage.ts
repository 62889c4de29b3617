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

export type TriageDecision =
	| { kind: 'accept'; reason: string }
	| { kind: 'refuse'; why: 'question' | 'out_of_scope' | 'refused'; reason: string }
	| { kind: 'ask_human'; reason: string; missing: string[] };

/** What follows from a report. Doubt goes to a human: a report that contradicts itself never starts work. */
export function decideTriage(report: TriageReport): TriageDecision {
	const { reason } = report;
	if (report.kind === 'question') return { kind: 'refuse', why: 'question', reason };
	if (!report.inScope) return { kind: 'refuse', why: 'out_of_scope', reason };
	if (report.decision === 'refuse') return { kind: 'refuse', why: 'refused', reason };
	const missing = report.missing.filter((item) => item.trim() !== '');
	if (report.decision === 'ask_human' || missing.length > 0) return { kind: 'ask_human', reason, missing };
	return { kind: 'accept', reason };
}

/** What is wrong with a report beyond its shape, to be told to the model. `others` are the numbers of the issues it was shown. */
export function checkTriage(report: TriageReport, others: readonly number[]): string[] {
	return report.duplicates
		.filter((number) => !others.includes(number))
		.map((number) => `duplicates: #${number} is not among the open issues that you were shown.`);
}

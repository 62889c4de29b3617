import { z } from 'zod';
import { fence } from './fence.ts';

/** What exploring the repository brought to light. */
export const Findings = z.strictObject({
	summary: z
		.string()
		.min(1)
		.max(12_000)
		.describe(
			'Markdown: how the code in question works, where the cause lies, how it is tested; with paths and line numbers',
		),
	files: z
		.array(z.strictObject({ path: z.string().min(1), why: z.string().min(1) }))
		.min(1)
		.max(60)
		.describe('Files that matter for the change, most important first'),
	unknowns: z.array(z.string()).default([]).describe('What could not be found out by reading'),
});
export type Findings = z.infer<typeof Findings>;

/** What is wrong with findings beyond their shape. `paths` are the files of the base commit. */
export function checkFindings(findings: Findings, paths: ReadonlySet<string>): string[] {
	return findings.files
		.filter(({ path }) => !paths.has(path))
		.map(({ path }) => `files: "${path}" does not exist in the repository; name files by their path from its root.`);
}

/** Findings for the prompt of a later stage. A model wrote them after reading text of strangers, so they are fenced. */
export function findingsPrompt(findings: Findings): string {
	const files = findings.files.map(({ path, why }) => `- ${path}: ${why}`);
	const unknowns =
		findings.unknowns.length === 0 ? [] : ['', 'Not found out:', ...findings.unknowns.map((item) => `- ${item}`)];
	return fence([findings.summary, '', 'Files:', ...files, ...unknowns].join('\n'), 'findings of the explore stage');
}

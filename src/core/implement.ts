import { z } from 'zod';
import type { ChangeSet } from './change-set.ts';
import { matchesPath } from './matches-path.ts';
import type { Policy } from './policy.ts';

/** What the implementer says it did: claims, each pointing at evidence or at nothing. */
export const ImplementReport = z.strictObject({
	result: z
		.enum(['changed', 'nothing_to_change'])
		.default('changed')
		.describe('`nothing_to_change` only when the repository already does what the issue asks'),
	summary: z.string().min(1).max(4_000).describe('What was changed and why it is right, for the pull request'),
	claims: z
		.array(
			z.strictObject({
				text: z.string().min(1).describe('One statement about the change that can be true or false'),
				evidence: z
					.string()
					.nullable()
					.describe('What shows it: a configured command or planned test that passes, or path:line; null when assumed'),
			}),
		)
		.max(40)
		.describe('What you state about the change; a claim without evidence is shown as assumed'),
});
export type ImplementReport = z.infer<typeof ImplementReport>;

/** What is wrong with a report in the light of what really changed. Each string is told to the implementer. */
export function checkReport(
	report: ImplementReport,
	changes: ChangeSet,
	policy: Pick<Policy, 'limits' | 'paths'>,
	previousTreeSha: string | null,
): string[] {
	if (report.result === 'nothing_to_change') {
		if (changes.files.length === 0) return [];
		const paths = changes.files.slice(0, 20).map(({ path }) => path);
		return [
			`result: you say that nothing has to change, but these files did: ${paths.join(', ')}. Undo that, or say changed.`,
		];
	}
	if (changes.files.length === 0) {
		return ['result: no file differs from the base. Make the change, or submit nothing_to_change and say why.'];
	}
	if (changes.treeSha === previousTreeSha) {
		return ['The files are the same as in the attempt that was sent back. Deal with the feedback first.'];
	}
	return [...checkForbidden(changes, policy), ...checkSize(changes, policy)];
}

function checkForbidden(changes: ChangeSet, policy: Pick<Policy, 'paths'>): string[] {
	return changes.files
		.filter(({ path }) => matchesPath(path, policy.paths.forbidden))
		.map(({ path }) => `"${path}" may not be changed here (paths.forbidden). Undo it.`);
}

function checkSize(changes: ChangeSet, { limits }: Pick<Policy, 'limits'>): string[] {
	const lines = changes.files.reduce((sum, file) => sum + file.addedLines + file.deletedLines, 0);
	const problems: string[] = [];
	if (changes.files.length > limits.changedFiles) {
		problems.push(`${changes.files.length} files changed; at most ${limits.changedFiles} may (limits.changedFiles).`);
	}
	if (lines > limits.changedLines) {
		problems.push(
			`${lines} lines changed; at most ${limits.changedLines} may (limits.changedLines). Undo what the issue does not ask for.`,
		);
	}
	return problems;
}

import { z } from 'zod';
import type { ChangeSet } from './change-set.ts';
import type { Evidence } from './evidence.ts';
import type { Dimension } from './verdict.ts';

/** What a judge says of one dimension. */
export const Score = z.strictObject({
	score: z.number().min(0).max(10).describe('Points by the anchors, 0 to 10'),
	reason: z.string().min(1).max(2_000).describe('Why, in one to three sentences'),
	pointers: z
		.array(z.string().min(1).max(300))
		.min(1)
		.max(8)
		.describe('What the reason points at: `path:12` in a file, or `evidence:NAME` of a record'),
});
export type Score = z.infer<typeof Score>;

/** The judge's answer without the plan: six dimensions. */
export const Evaluation = z.strictObject({
	summary: z
		.string()
		.min(1)
		.max(2_000)
		.describe('What the change does and what decides its score, in two or three sentences'),
	rootCause: Score,
	subtleCorrectness: Score,
	scopeDiscipline: Score,
	codeQuality: Score,
	testsAndEvidence: Score,
	safety: Score,
});
export type Evaluation = z.infer<typeof Evaluation>;

/** The answer of the judge who sees plan and diff only. */
export const PlanEvaluation = z.strictObject({ planFidelity: Score });
export type PlanEvaluation = z.infer<typeof PlanEvaluation>;

/** The dimensions that are judged without the plan. */
export const plainDimensions = [
	'rootCause',
	'subtleCorrectness',
	'scopeDiscipline',
	'codeQuality',
	'testsAndEvidence',
	'safety',
] as const satisfies readonly Dimension[];

/**
 * What is wrong with the pointers of an answer, to be told to the judge: they must lead somewhere.
 * @param paths files of the head, and files that the change deleted.
 */
export function checkPointers(
	scores: Readonly<Record<string, Score>>,
	paths: ReadonlySet<string>,
	evidence: Evidence | null,
): string[] {
	const records = new Set((evidence?.records ?? []).map((record) => record.name));
	return Object.entries(scores).flatMap(([dimension, { pointers }]) =>
		pointers.flatMap((pointer) => {
			const name = /^evidence:(?<name>.+)$/.exec(pointer)?.groups?.name;
			if (name !== undefined) {
				if (records.has(name)) return [];
				return [`${dimension}: there is no record ${name}; there are ${[...records].join(', ') || 'none'}`];
			}
			const path = pointer.replace(/:\d+(-\d+)?$/, '');
			return paths.has(path) ? [] : [`${dimension}: ${pointer} is neither a file nor evidence:NAME`];
		}),
	);
}

/** The files that a pointer may name. */
export function pointablePaths(treePaths: readonly string[], changes: ChangeSet): Set<string> {
	return new Set([...treePaths, ...changes.files.map((file) => file.path)]);
}

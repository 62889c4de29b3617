import { parse } from 'yaml';
import { z } from 'zod';
import { dimensions } from './verdict.ts';

/** What code knows about a change before anybody judges it; each can lower what a judge may give. */
export const capFacts = [
	'checks-failed',
	'checks-inherited',
	'nothing-ran',
	'evidence-elsewhere',
	'checks-doubted',
	'no-regression-test',
	'files-outside-plan',
	'protected-paths',
	'over-size',
] as const;
export type CapFact = (typeof capFacts)[number];

const text = z.string().min(1);

/** `config/rubric.yml`: seven dimensions of ten points, and what facts cap them. */
export const Rubric = z.strictObject({
	version: z.number().int().positive(),
	dimensions: z.record(
		z.enum(dimensions),
		z.strictObject({
			title: text,
			question: text,
			anchors: z.strictObject({ '0': text, '3': text, '5': text, '7': text, '10': text }),
		}),
	),
	caps: z.array(
		z.strictObject({
			fact: z.enum(capFacts),
			dimension: z.enum(dimensions),
			at: z.number().int().min(0).max(10),
			because: text,
		}),
	),
});
export type Rubric = z.infer<typeof Rubric>;

/** @throws when the text is not a rubric: the file ships with the factory, so that is a broken installation. */
export function parseRubric(source: string): Rubric {
	return Rubric.parse(parse(source));
}

/** The dimensions and their anchors as Markdown for a judge. */
export function renderRubric(rubric: Rubric, only: readonly (typeof dimensions)[number][]): string {
	return only
		.map((name) => {
			const { title, question, anchors } = rubric.dimensions[name];
			const lines = Object.entries(anchors).map(([points, meaning]) => `- ${points}: ${meaning}`);
			return [`### ${name} (${title})`, question, ...lines].join('\n');
		})
		.join('\n\n');
}

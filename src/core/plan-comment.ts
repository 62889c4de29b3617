import type { Blueprint } from './blueprint.ts';
import { defuse } from './defuse.ts';
import { formatMarker } from './effect-marker.ts';
import { cut, inlineCode, plain } from './markdown.ts';

/** GitHub refuses comments over 65,536 characters. */
const limit = 60_000;

/** The plan as one comment on the issue; `step` tells the plans of several rounds apart. A model wrote its words after reading strangers' text: nothing in it is live on GitHub. */
export function planComment(run: string, step: string, blueprint: Blueprint): string {
	const section = (title: string, lines: readonly string[]) =>
		lines.length === 0 ? [] : ['', `### ${title}`, ...lines];
	const bullets = (items: readonly string[]) => items.map((item) => `- ${plain(item)}`);
	const lines = [
		`## Plan`,
		'',
		plain(blueprint.summary),
		...section('Root cause', [defuse(blueprint.rootCause)]),
		...section(
			'Constraints from the issue',
			blueprint.constraints.map((item) => `> ${plain(item)}\n`),
		),
		...section(
			'Steps',
			blueprint.steps.map((step, index) => `${index + 1}. ${plain(step)}`),
		),
		...section(
			'Files expected to change',
			blueprint.files.map(({ path, why }) => `- ${inlineCode(path)}: ${plain(why)}`),
		),
		...section(
			'Tests that must fail before and pass after',
			blueprint.tests.map(
				({ name, file, command }) => `- ${plain(name)} (${inlineCode(file)}, ${inlineCode(command)})`,
			),
		),
		...section('Risks', [`Overall: **${blueprint.risk}**.`, ...bullets(blueprint.risks)]),
		...section('Out of scope', bullets(blueprint.outOfScope)),
	];
	return `${formatMarker(run, step)}\n${cut(lines.join('\n'), limit)}`;
}

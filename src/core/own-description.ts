import { fromMarkdown } from 'mdast-util-from-markdown';

/** Parts of a description that `buildPullRequestBody` wrote. */
export interface OwnDescription {
	request: string;
	plan: string;
}

/**
 * What was asked and what was planned, out of a description of ours; null when it is a person's. A judge is to see these and not
 * the rest: the implementer's summary, claims and scores. Headings are found by parsing, since the request is quoted in it and may
 * hold any line.
 */
export function readOwnDescription(body: string): OwnDescription | null {
	if (!/^<!-- dark-factory:run=[a-z0-9]+ step=pull-request -->/.test(body)) return null;
	const headings = fromMarkdown(body).children.filter((node) => node.type === 'heading' && node.depth === 2);
	const section = (title: string): string | null => {
		const index = headings.findIndex(({ position }) => {
			const [start, end] = [position?.start.offset, position?.end.offset];
			return body.slice(start, end).trim() === `## ${title}`;
		});
		if (index === -1) return null;
		return body.slice(headings[index]?.position?.end.offset, headings[index + 1]?.position?.start.offset).trim();
	};
	const [request, plan] = [section('What was asked'), section('Plan')];
	return request === null || plan === null ? null : { request: unfold(request), plan: unfold(plan) };
}

/** Without the folding marks, whose content counts as hidden text and would not reach a prompt. */
function unfold(section: string): string {
	return section.replace(/^<details>.*$|^<\/details>$/gm, '');
}

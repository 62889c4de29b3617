import { fence } from './fence.ts';
import type { Frozen } from './frozen.ts';
import { cleanMarkdown, cleanPlain, type UntrustedFinding } from './untrusted.ts';

/** Comments that are shown; the newest count most. */
const commentLimit = 20;

export interface IssuePrompt {
	/** For a prompt: fenced, with each author's role. */
	text: string;
	/** Everything a reader sees, unfenced: what a constraint must be a part of to be verbatim. */
	words: string;
	findings: UntrustedFinding[];
}

/** The frozen request as a prompt shows it. */
export function issuePrompt(frozen: Frozen): IssuePrompt {
	const { subject, requester } = frozen;
	const noun = subject.kind === 'issue' ? 'issue' : 'pull request';
	const role = (login: string) =>
		login === requester.login ? `${requester.permission} access, asked for this work` : 'access unknown';
	const comments = subject.comments.slice(-commentLimit);
	const parts = [
		{
			source: `title of ${noun} #${subject.number} by ${subject.author} (${role(subject.author)})`,
			clean: cleanPlain(subject.title),
		},
		{
			source: `text of ${noun} #${subject.number} by ${subject.author} (${role(subject.author)})`,
			clean: cleanMarkdown(subject.body),
		},
		...comments.map((comment) => ({
			source: `comment by ${comment.author} (write access) at ${comment.createdAt}`,
			clean: cleanMarkdown(comment.body),
		})),
	];
	const left = subject.comments.length - comments.length;
	return {
		text: [
			...parts.map(({ source, clean }) => fence(clean.text.trim() === '' ? '(empty)' : clean.text.trim(), source)),
			...(left > 0 ? [`(${left} older comments are left out)`] : []),
		].join('\n\n'),
		words: parts.map(({ clean }) => clean.text).join('\n'),
		findings: parts.flatMap(({ clean }) => clean.findings),
	};
}

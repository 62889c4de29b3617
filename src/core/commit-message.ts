import type { Blueprint } from './blueprint.ts';
import type { Frozen } from './frozen.ts';
import { quietLine } from './quiet-line.ts';

/** The pull request's title and the commit's subject line: what will be different. */
export function formatTitle(frozen: Frozen, blueprint: Blueprint | null): string {
	const title = quietLine(blueprint?.summary ?? frozen.subject.title, 72).replace(/\.$/, '');
	return title === '' ? `Change for ${frozen.subject.kind.replace('_', ' ')} no. ${frozen.subject.number}` : title;
}

/**
 * What and why, with the requester as co-author and the run as a trailer. It names the issue without a closing keyword: only the
 * pull request closes it, and only once merged.
 */
export function formatCommitMessage(run: string, frozen: Frozen, blueprint: Blueprint | null): string {
	const why = blueprint === null ? [] : [wrap(quietLine(blueprint.rootCause, 1000))];
	const { owner, name } = frozen.repository;
	const trailers = [`Issue: ${owner}/${name} no. ${frozen.subject.number}`, `Dark-Factory-Run: ${run}`];
	const { login, id } = frozen.requester;
	// A login that GitHub would not give is no person and could forge further trailers.
	if (/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(login)) {
		// https://docs.github.com/account-and-profile/reference/email-addresses-reference: ID+LOGIN for accounts since July 2017.
		const name = id === null ? login : `${id}+${login}`;
		trailers.push(`Co-authored-by: ${login} <${name}@users.noreply.github.com>`);
	}
	return [formatTitle(frozen, blueprint), ...why, trailers.join('\n')].join('\n\n');
}

function wrap(text: string): string {
	const lines: string[] = [''];
	for (const word of text.split(' ')) {
		const last = lines.at(-1) ?? '';
		if (last === '') lines[lines.length - 1] = word;
		else if (last.length + 1 + word.length <= 72) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	// A line that begins like a trailer would be read as one.
	return lines.map((line) => line.replace(/^([A-Za-z-]+):/, '$1 -')).join('\n');
}

/** A run of text in which GitHub would see a mention, a reference to an issue or commit, a closing keyword's target, or a link. */
const live = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s<>`|]+|[\w./-]*@[\w/.-]*|[\w./-]*#\d+|\bGH-\d+/giu;

/** Characters with a meaning in GitHub's Markdown; escaped by a backslash they are themselves. */
const special = /[\\`*_{}[\]<>()#+\-!|~&$:]/g;

/** Text as inline code on one line, whatever backticks it holds. Nothing within is ever live on GitHub. Empty text gives an empty string. */
export function inlineCode(text: string): string {
	const line = oneLine(text);
	if (line === '') return '';
	const fence = '`'.repeat(longestRun(line) + 1);
	const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
	return `${fence}${pad}${line}${pad}${fence}`;
}

/** Text as a code block whose fence is longer than any run of backticks within, so that it cannot be left early. */
export function codeBlock(text: string, language = ''): string {
	const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
	return `${fence}${language.replace(/[^\w+-]/g, '')}\n${text.replace(/\s+$/u, '')}\n${fence}`;
}

/**
 * Text from outside (titles, reasons, logins) as literal text on one line: no formatting, no HTML, no image, and nobody is pinged.
 * A backslash does not stop a mention (GitHub looks for them after Markdown), code does; so live words are put into code.
 */
export function plain(text: string): string {
	return withLiveWordsAsCode(oneLine(text), (rest) => rest.replace(special, '\\$&'));
}

/** Text from outside for one cell of a table: like `plain`, with the pipes inside code escaped as well. */
export function tableCell(text: string): string {
	return plain(text).replace(/\\?\|/g, '\\|');
}

/** Cut to at most `limit` UTF-16 units, never within a character, with a last line that says so. */
export function cut(text: string, limit: number): string {
	if (text.length <= limit) return text;
	const note = '\n… (cut)';
	const end = Math.max(0, limit - note.length);
	const code = text.charCodeAt(end - 1);
	return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end)}${note}`;
}

/** Every live word of `text` as inline code, and what stands between through `between`. */
export function withLiveWordsAsCode(text: string, between: (rest: string) => string): string {
	let result = '';
	let end = 0;
	for (const match of text.matchAll(live)) {
		result += between(text.slice(end, match.index)) + inlineCode(match[0]);
		end = match.index + match[0].length;
	}
	return result + between(text.slice(end));
}

/** Whether GitHub would see a mention, a reference or a link in the text. */
export function hasLiveWords(text: string): boolean {
	return text.search(live) !== -1;
}

function oneLine(text: string): string {
	return text.replace(/\s+/gu, ' ').trim();
}

function longestRun(text: string): number {
	return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}

import path from 'node:path';

/**
 * Why new lines look as if they were not meant for the file: numbered as they were shown, with escaped line breaks, or with
 * words in place of code. Null when they do not. What the file has already is never odd. `start` is the index of the first.
 */
export function findOddText(file: string, fresh: readonly string[], start: number, before: string): string | null {
	if (isNumbered(fresh, start) && !isNumbered(before.split(/\r?\n/).slice(start, start + 1), start)) {
		return 'every new line starts with its own line number. Give the text alone';
	}
	const known = new Set<string>();
	for (const line of fresh) {
		const escaped = hasEscapedBreak(line);
		const elided = !escaped && isElision(line, file);
		if (!escaped && !elided) continue;
		if (known.size === 0) for (const own of before.split('\n')) known.add(own.trim());
		if (known.has(line.trim())) continue;
		const shown = JSON.stringify(line.trim().slice(0, 80));
		if (escaped) return `the new line ${shown} has \\n as two characters outside a string. Give line breaks as such`;
		return `the new line ${shown} stands for code that it leaves out. Give every line that the file shall have`;
	}
	return null;
}

function isNumbered(lines: readonly string[], start: number): boolean {
	return (
		lines.length > 0 &&
		lines.every((line, index) => {
			const number = /^\s*(\d+)(?:[a-z][a-z2-9])?(?:[:~→\t]| ?\|)/.exec(line)?.[1];
			return number !== undefined && Number(number) === start + index + 1;
		})
	);
}

/** Strings, and regular expressions where none can be a division. An apostrophe within a word starts no string. */
const quoted =
	/"(?:\\.|[^"\\])*"|(?<!\w\w)'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+\//g;

/** Whether code seems to go on after a `\n` of two characters. */
function hasEscapedBreak(line: string): boolean {
	if (!line.includes('\\n')) return false;
	return /\\n(?=[\w}\])#@/*<"'\\+-]|\s{2}|\t)|(?<=[^\s\\])(?<!\\r)\\n$/.test(line.replaceAll(quoted, '""'));
}

const comment = /^(?:\/\/|#|--|;|%|\/\*+|<!--|\{\/\*|\*)\s*(.*?)\s*(?:\*\/\}?|-->)?$/;
const dots = /^(?:\.{3}|…)/;
const leftOut =
	/\b(?:existing|rest of|remaining|unchanged|remains|as before|stays? the same|omitted|other (?:code|methods|functions|imports))\b/i;

function isElision(line: string, file: string): boolean {
	const text = line.trim();
	// In Python three dots alone are a statement, in YAML the end of a document, in prose prose.
	if (text === '...' || text === '…') return !/\.(pyi?|ya?ml|md|rst|txt|adoc)$/.test(path.extname(file));
	const words = comment.exec(text)?.[1];
	if (words === undefined) return false;
	if (/^(?:\.{3}|…)$/.test(words)) return true;
	return (dots.test(words) || /(?:\.{3}|…)$/.test(words)) && leftOut.test(words);
}

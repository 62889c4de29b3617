import { formatAnchor } from './anchor.ts';
import type { Line } from './text-document.ts';

/** Characters of a line that are shown. A longer line's row has `~` for `:` and does not count as seen. */
export const shownColumns = 2000;

/** `[path @tag from-to/total]`; `from` and `to` are indices from 0, inclusive. */
export function formatHeader(path: string, tag: string, from: number, to: number, total: number): string {
	return `[${path} @${tag} ${Math.min(from + 1, total)}-${to + 1}/${total}]`;
}

/** `12k3:text`, or `12k3~start of text…` when the line is too long to be shown. */
export function formatRow(lines: readonly Line[], index: number, columns: number = shownColumns): string {
	const text = lines[index]?.text ?? '';
	const anchor = formatAnchor(lines, index);
	if (text.length <= columns) return `${anchor}:${text}`;
	return `${anchor}~${text.slice(0, columns)}… [line cut: ${text.length} characters]`;
}

/** A header and the rows `from` to `to` (indices from 0, inclusive; clamped to the file). */
export function formatExcerpt(path: string, tag: string, lines: readonly Line[], from: number, to: number): string {
	const first = Math.max(0, from);
	const last = Math.min(lines.length - 1, to);
	const rows = [formatHeader(path, tag, first, last, lines.length)];
	for (let index = first; index <= last; index += 1) rows.push(formatRow(lines, index));
	return rows.join('\n');
}

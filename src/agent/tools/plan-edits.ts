import { z } from 'zod';
import { formatAnchor, parseAnchor } from './anchor.ts';
import { formatExcerpt, shownColumns } from './format-rows.ts';
import { mergeLines } from './merge-lines.ts';
import type { Snapshot } from './snapshots.ts';
import { formatDocument, type Line, parseDocument, terminatorAt } from './text-document.ts';

const anchor = z.string().describe('An anchor as shown, for example 12k3');
const lines = z.array(z.string()).describe('One element per line, without line breaks and without anchors');
export const FileEdit = z.discriminatedUnion('op', [
	z.strictObject({ op: z.literal('replace'), from: anchor, to: anchor.describe('Last line, inclusive'), lines }),
	z.strictObject({ op: z.literal('delete'), from: anchor, to: anchor.describe('Last line, inclusive') }),
	z.strictObject({ op: z.literal('insert'), after: anchor.describe('An anchor, or BOF, or EOF'), lines }),
]);
export type FileEdit = z.infer<typeof FileEdit>;

/** A change to the snapshot's lines `start` (inclusive) to `end` (exclusive); an insertion has `start === end`. */
interface Splice {
	start: number;
	end: number;
	lines: string[];
}

export type EditPlan =
	| {
			kind: 'ok';
			text: string;
			/** Index ranges in the new text, `end` exclusive. */
			changed: { start: number; end: number }[];
			/** The new lines, and where the model saw their place. */
			fresh: { start: number; lines: string[] }[];
	  }
	| { kind: 'error'; text: string };

interface Edited {
	path: string;
	tag: string;
	snapshot: Snapshot;
	/** What the file holds now, and the tag of that. */
	live: string;
	liveTag: string;
}

/**
 * What the file would be after the edits. Two checks, kept apart: the anchors against what the model was shown (a slip of the
 * model), and what it was shown against the file as it is (a change by somebody else). Nothing is ever moved to where it might fit.
 */
export function planEdits(file: Edited, edits: readonly FileEdit[]): EditPlan {
	const splices: Splice[] = [];
	for (const edit of edits) {
		const splice = resolveEdit(file, edit);
		if ('error' in splice) return { kind: 'error', text: `${splice.error}` };
		splices.push(splice);
	}
	splices.sort((a, b) => a.start - b.start || a.end - b.end);
	for (const [index, splice] of splices.entries()) {
		const previous = splices[index - 1];
		if (previous !== undefined && splice.start < previous.end) {
			return reject(file, 'E_OVERLAP', `two edits touch line ${splice.start + 1}`, splice.start, splice.start);
		}
	}
	const live = parseDocument(file.live);
	const offsets: number[] = [];
	for (const splice of splices) {
		const offset = driftOf(file.snapshot.lines, live.lines, splice);
		if (offset === null) {
			const shift = live.lines.length - file.snapshot.lines.length;
			const excerpts = [0, ...(shift === 0 ? [] : [shift])].map((by) => {
				const start = Math.max(0, Math.min(splice.start + by, live.lines.length - 1));
				return formatExcerpt(
					file.path,
					file.liveTag,
					live.lines,
					start - 3,
					start + Math.min(splice.end - splice.start, 20) + 3,
				);
			});
			return {
				kind: 'error',
				text: `E_STALE ${file.path}: around line ${splice.start + 1} the file is no longer as it was under @${file.tag}, or the place cannot be told from a copy of itself. Nothing was written. It is now @${file.liveTag}:\n${excerpts.join('\n')}`,
			};
		}
		offsets.push(offset);
	}
	const result = [...live.lines];
	const changed: { start: number; end: number }[] = [];
	let shift = 0;
	for (const [index, splice] of splices.entries()) {
		const start = splice.start + (offsets[index] ?? 0) + shift;
		const old = result.slice(start, start + splice.end - splice.start);
		const fresh = renderLines(result, start, old, splice.lines);
		result.splice(start, old.length, ...fresh);
		changed.push({ start, end: start + fresh.length });
		shift += fresh.length - old.length;
	}
	const text = formatDocument({ bom: live.bom, lines: result });
	if (text === file.live) {
		return { kind: 'error', text: `E_NOOP ${file.path}: the edits would change nothing. Nothing was written.` };
	}
	return { kind: 'ok', text, changed, fresh: splices };
}

/** The new lines with their terminators. Adding after a line without one gives it one, and the file still ends without. */
function renderLines(result: Line[], start: number, old: Line[], texts: string[]): Line[] {
	const eol = terminatorAt(result, start);
	const before = result[start - 1];
	const appends = before !== undefined && before.eol === '' && texts.length > 0;
	if (appends) result[start - 1] = { ...before, eol };
	const merged =
		mergeLines(
			old,
			old.map((line) => line.text),
			texts.map((text) => ({ given: text, text })),
			eol,
		) ?? [];
	const last = merged.at(-1);
	if (appends && last !== undefined) merged[merged.length - 1] = { ...last, eol: '' };
	return merged;
}

function resolveEdit(file: Edited, edit: FileEdit): Splice | { error: string } {
	const { lines: known } = file.snapshot;
	const texts = edit.op === 'delete' ? [] : edit.lines;
	const bad = checkTexts(file, texts);
	if (bad !== null) return { error: bad };
	if (edit.op === 'insert') {
		if (texts.length === 0) return { error: `E_NOOP ${file.path}: an insert without lines. Nothing was written.` };
		if (edit.after === 'BOF') return { start: 0, end: 0, lines: texts };
		if (edit.after === 'EOF') return { start: known.length, end: known.length, lines: texts };
		const at = resolveAnchor(file, edit.after);
		if (typeof at !== 'number') return at;
		// A line too long to be shown whole keeps what it has when something is put after it.
		const long = (known[at]?.text.length ?? 0) > shownColumns;
		return (long ? null : unseen(file, at, at)) ?? { start: at + 1, end: at + 1, lines: texts };
	}
	const from = resolveAnchor(file, edit.from);
	if (typeof from !== 'number') return from;
	const to = resolveAnchor(file, edit.to);
	if (typeof to !== 'number') return to;
	if (to < from)
		return { error: `E_ANCHOR ${file.path}: from ${edit.from} is after to ${edit.to}. Nothing was written.` };
	return unseen(file, from, to) ?? { start: from, end: to + 1, lines: texts };
}

function checkTexts(file: Edited, texts: readonly string[]): string | null {
	for (const [index, text] of texts.entries()) {
		if (/[\r\n]/.test(text)) {
			return `E_LINES ${file.path}: lines[${index}] holds a line break. Nothing was written. Give each line as its own element.`;
		}
		const row = /^(\d+[a-z0-9]{2})[:~]/.exec(text)?.[1];
		const named = row === undefined ? null : parseAnchor(row);
		if (named !== null && formatAnchor(file.snapshot.lines, named.index) === row) {
			return `E_LINES ${file.path}: lines[${index}] starts with the anchor ${row}. Nothing was written. Give the text alone.`;
		}
	}
	return null;
}

function resolveAnchor(file: Edited, given: string): number | { error: string } {
	const { lines: known } = file.snapshot;
	const parsed = parseAnchor(given);
	if (parsed === null) {
		return {
			error: `E_ANCHOR ${file.path}: ${JSON.stringify(given.slice(0, 40))} is not an anchor. Nothing was written. Copy anchors such as 12k3 from what was shown.`,
		};
	}
	if (parsed.index >= known.length) {
		return reject(file, 'E_ANCHOR', `${given}: there are only ${known.length} lines`, known.length - 3, known.length);
	}
	const actual = formatAnchor(known, parsed.index);
	if (actual === given) return parsed.index;
	const what = `${given} does not name line ${parsed.index + 1}, which is ${actual}`;
	const meant = findCode(known, parsed);
	if (meant === null) return reject(file, 'E_ANCHOR', what, parsed.index - 4, parsed.index + 4);
	const other = `${what}; ${parsed.hash} is line ${meant + 1}`;
	return reject(file, 'E_ANCHOR', other, Math.min(meant, parsed.index) - 3, Math.max(meant, parsed.index) + 6);
}

/** The one line within twenty that has these check characters. */
function findCode(known: readonly Line[], { index, hash }: { index: number; hash: string }): number | null {
	for (let away = 1; away <= 20; away += 1) {
		for (const at of [index - away, index + away]) {
			if (at >= 0 && at < known.length && formatAnchor(known, at) === `${at + 1}${hash}`) return at;
		}
	}
	return null;
}

/** An error with the snapshot's lines around, so that a correct call can be made from it alone. */
function reject(
	file: Edited,
	code: string,
	what: string,
	from: number,
	to: number,
): { kind: 'error'; text: string; error: string } {
	const excerpt = formatExcerpt(file.path, file.tag, file.snapshot.lines, from, to);
	const text = `${code} ${file.path}: ${what}. Nothing was written. Use the anchors shown here:\n${excerpt}`;
	return { kind: 'error', text, error: text };
}

function unseen(file: Edited, from: number, to: number): { error: string } | null {
	for (let index = from; index <= to; index += 1) {
		if (file.snapshot.seen.has(index)) continue;
		const long = (file.snapshot.lines[index]?.text.length ?? 0) > shownColumns;
		if (long) {
			return {
				error: `E_UNSEEN ${file.path}: line ${index + 1} is too long to be shown whole. Nothing was written. Change a part of it with replace_text, or the file with bash.`,
			};
		}
		const last = Math.min(to, index + 39);
		const excerpt = formatExcerpt(file.path, file.tag, file.snapshot.lines, index, last);
		return {
			error: `E_UNSEEN ${file.path}: line ${index + 1} was never shown. Nothing was written. Send the same call again if this is what you meant:\n${excerpt}`,
		};
	}
	return null;
}

/** Lines on either side of a change that must be as they were shown. */
const margin = 3;

/**
 * How far the splice's place moved between snapshot and file, or null when it was changed or cannot be told from a copy of
 * itself. What stands before the first difference kept its place; what stands after the last moved by the difference in length.
 * Among repeated lines a difference may be placed in several ways: a place counts only when it is the same in all of them.
 */
function driftOf(known: readonly Line[], live: readonly Line[], splice: Splice): number | null {
	const same = (a: Line | undefined, b: Line | undefined) => a?.text === b?.text && a?.eol === b?.eol;
	const most = Math.min(known.length, live.length);
	let head = 0;
	while (head < most && same(known[head], live[head])) head += 1;
	if (head === known.length && head === live.length) return 0;
	let tail = 0;
	while (tail < most && same(known[known.length - 1 - tail], live[live.length - 1 - tail])) tail += 1;
	const from = Math.max(0, splice.start - margin);
	const to = Math.min(known.length, splice.end + margin);
	// What was added at the very end or start stands right beside a change there.
	const inHead = to <= Math.min(head, known.length - tail) && splice.end < known.length;
	const inTail = from >= Math.max(head, known.length - tail) && splice.start > 0;
	if (inHead === inTail) return null;
	const region = known.slice(from, to).map((line) => line.text);
	if (countRuns(live, region) > countRuns(known, region)) return null;
	return inHead ? 0 : live.length - known.length;
}

function countRuns(all: readonly Line[], run: readonly string[]): number {
	let count = 0;
	for (let start = 0; start + run.length <= all.length; start += 1) {
		if (run.every((text, index) => all[start + index]?.text === text)) count += 1;
	}
	return count;
}

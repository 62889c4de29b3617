import { type IndentPair, indentOf, shiftOf, stepsOf } from './map-indent.ts';
import { type FreshLine, mergeLines } from './merge-lines.ts';
import { formatDocument, type Line, parseDocument, terminatorAt } from './text-document.ts';

/** How the old text was found: exactly, or by ignoring one thing that models get wrong. */
export type MatchTier = 'exact' | (typeof looserTiers)[number];
const looserTiers = ['trailing whitespace', 'indentation', 'tabs and spaces', 'punctuation'] as const;
type LooserTier = (typeof looserTiers)[number];

/** Indices of lines, `end` exclusive. */
export interface LineRange {
	start: number;
	end: number;
}

export type Replacement =
	| {
			kind: 'ok';
			text: string;
			tier: MatchTier;
			/** Lines of the new text. */
			changed: LineRange;
			/** Lines of the old text. */
			replaced: LineRange;
			/** Lines of the old text of which only a part was given. */
			partial: number[];
	  }
	| { kind: 'ambiguous'; tier: MatchTier; starts: number[] }
	/** The new text stands there already, around the old one. */
	| { kind: 'applied'; start: number }
	/** The old text is a line without its indentation, and the new one has lines that may or may not lack the same. */
	| { kind: 'unclear indentation'; start: number }
	| { kind: 'absent' };

/**
 * Replaces the one place where `old` stands. Looser tiers are tried only when the stricter ones found nothing, compare whole lines,
 * and each must find exactly one place. Lines that the change keeps are the file's own; only changed lines are the model's.
 * Line ends are compared as equal in every tier.
 */
export function replaceText(text: string, old: string, fresh: string): Replacement {
	const document = parseDocument(text);
	const oldText = old.replaceAll('\r\n', '\n');
	const freshText = fresh.replaceAll('\r\n', '\n');
	const exact = replaceExact(document.lines, oldText, freshText);
	if (exact !== null) return finish(document.bom, exact);
	const oldLines = oldText.split('\n');
	const freshLines = freshText.split('\n');
	if (oldLines.at(-1) === '' && oldLines.length > 1) {
		// Whole lines are to be replaced by something that would join the next line: not a mistake to guess about.
		if (freshLines.at(-1) !== '') return { kind: 'absent' };
		oldLines.pop();
		freshLines.pop();
	}
	if (oldLines.every((line) => line.trim() === '')) return { kind: 'absent' };
	const flat = `\n${document.lines.map((line) => line.text).join('\n')}\n`;
	for (const tier of looserTiers) {
		const shifts = tier === 'indentation' || tier === 'tabs and spaces';
		const found = replaceLines(document.lines, oldLines, freshLines, tier);
		if (found === null) continue;
		// The call sent again would else find a twin of its place that is indented otherwise.
		const again = shifts && found.kind === 'lines' && flat.includes(`\n${freshLines.join('\n')}\n`);
		return again ? { kind: 'applied', start: found.replaced.start } : finish(document.bom, found);
	}
	return { kind: 'absent' };
}

interface Spliced {
	kind: 'lines';
	lines: Line[];
	tier: MatchTier;
	changed: LineRange;
	replaced: LineRange;
	partial: number[];
}

type Found = Spliced | Exclude<Replacement, { kind: 'ok' | 'absent' }>;

function finish(bom: '\uFEFF' | '', found: Found): Replacement {
	if (found.kind !== 'lines') return found;
	const { lines, tier, changed, replaced, partial } = found;
	return { kind: 'ok', text: formatDocument({ bom, lines }), tier, changed, replaced, partial };
}

function replaceExact(lines: readonly Line[], old: string, fresh: string): Found | null {
	const flat = lines.map((line) => line.text + (line.eol === '' ? '' : '\n')).join('');
	const places: number[] = [];
	for (let at = flat.indexOf(old); at !== -1 && places.length < 10; at = flat.indexOf(old, at + 1)) places.push(at);
	const place = places[0];
	if (place === undefined) return null;
	const lineAt = (offset: number) => flat.slice(0, offset).split('\n').length - 1;
	if (places.length > 1) return { kind: 'ambiguous', tier: 'exact', starts: places.map(lineAt) };
	const start = lineAt(place);
	const startsLine = (at: number) => at === 0 || flat[at - 1] === '\n';
	const stands = (at: number) =>
		place >= at && flat.startsWith(fresh, place - at) && (!startsLine(place) || startsLine(place - at));
	for (let at = fresh.indexOf(old); at !== -1 && old !== fresh; at = fresh.indexOf(old, at + 1)) {
		if (stands(at)) return { kind: 'applied', start };
	}
	// The last line that the old text touches; a line end that it includes belongs to the line before.
	const end = lineAt(place + old.length);
	const lineStart = flat.lastIndexOf('\n', place - 1) + 1;
	const after = flat.indexOf('\n', place + old.length);
	const lineEnd = after === -1 ? flat.length : after;
	const before = flat.slice(lineStart, place);
	const rest = flat.slice(place + old.length, lineEnd);
	if (isUnclear(before, old, fresh, rest)) return { kind: 'unclear indentation', start };
	const stop = Math.min(end + 1, lines.length);
	// At the very end of a file that ends with a line end there is no further line, only the empty rest.
	const texts = (before + fresh + rest).split('\n');
	const keepsEnd = end < lines.length || texts.at(-1) === '';
	if (end >= lines.length && keepsEnd) texts.pop();
	const own = lines.slice(start, stop);
	const merged = mergeLines(
		own,
		own.map((line) => line.text),
		texts.map((text) => ({ given: text, text })),
		terminatorAt(lines, start),
	);
	const found = splice(lines, { start, end: stop }, merged ?? [], 'exact');
	if (before.trim() !== '') found.partial.push(start);
	if (rest.trim() !== '') found.partial.push(end);
	const last = found.lines.at(-1);
	if (!keepsEnd && last !== undefined) found.lines[found.lines.length - 1] = { ...last, eol: '' };
	return found;
}

/**
 * One line, found without its indentation, becomes several of which some are indented less, or not more after a line that opens a
 * block: whoever left out the indentation of the first may have left it out of all, or not.
 */
function isUnclear(before: string, old: string, fresh: string, rest: string): boolean {
	const [, ...oldFurther] = old.split('\n');
	if (before === '' || before.trim() !== '' || rest.trim() !== '') return false;
	if (oldFurther.some((line) => line.trim() !== '')) return false;
	const [first = '', ...others] = fresh.split('\n');
	const further = others.filter((line) => line.trim() !== '');
	if (/[:({[]\s*$/.test(first) && further[0] !== undefined && indentOf(further[0]) === before) return true;
	return further.some((line) => !line.startsWith(before));
}

function replaceLines(lines: readonly Line[], old: string[], fresh: string[], tier: LooserTier): Found | null {
	const found: { start: number; render: Render }[] = [];
	for (let start = 0; start + old.length <= lines.length && found.length < 10; start += 1) {
		const render = matchAt(lines, start, old, tier);
		if (render !== null) found.push({ start, render });
	}
	const [place] = found;
	if (place === undefined) return null;
	if (found.length > 1) return { kind: 'ambiguous', tier, starts: found.map(({ start }) => start) };
	const { start, render } = place;
	const rendered: FreshLine[] = fresh.map((given) => ({ given, text: given === '' ? given : render(given) }));
	if (stoodBefore(lines, start, old, fresh)) return { kind: 'applied', start };
	const range = { start, end: start + old.length };
	const merged = mergeLines(lines.slice(range.start, range.end), old, rendered, terminatorAt(lines, start));
	return merged === null ? null : splice(lines, range, merged, tier);
}

function splice(lines: readonly Line[], replaced: LineRange, merged: Line[], tier: MatchTier): Spliced {
	return {
		kind: 'lines',
		lines: [...lines.slice(0, replaced.start), ...merged, ...lines.slice(replaced.end)],
		tier,
		changed: { start: replaced.start, end: replaced.start + merged.length },
		replaced,
		partial: [],
	};
}

/** Whether the file has the new lines already around the place where the old ones would be replaced by them, shifted or not. */
function stoodBefore(lines: readonly Line[], start: number, old: string[], fresh: string[]): boolean {
	const same = (a: string | undefined, b: string | undefined) => a?.trim() === b?.trim();
	// A change of nothing but white space.
	if (old.length === fresh.length && old.every((line, index) => same(line, fresh[index]))) return false;
	for (let at = 0; at + old.length <= fresh.length; at += 1) {
		if (fresh.every((line, index) => same(line, lines[start - at + index]?.text))) return true;
	}
	return false;
}

/** A new line as it goes into the file; null when that cannot be known. */
type Render = (given: string) => string | null;

const asGiven: Render = (given) => given;

function matchAt(lines: readonly Line[], start: number, old: readonly string[], tier: LooserTier): Render | null {
	const real = (index: number) => lines[start + index]?.text ?? '';
	switch (tier) {
		case 'trailing whitespace':
			return old.every((text, index) => text.trimEnd() === real(index).trimEnd()) ? asGiven : null;
		case 'punctuation':
			return old.every((text, index) => plain(text) === plain(real(index))) ? asGiven : null;
		case 'indentation':
		case 'tabs and spaces': {
			if (!old.every((text, index) => text.trim() === real(index).trim())) return null;
			const pairs: IndentPair[] = [];
			for (const [index, text] of old.entries()) {
				if (text.trim() !== '') pairs.push({ given: indentOf(text), real: indentOf(real(index)) });
			}
			// One line that stands elsewhere with less indentation is more likely another line than the same.
			const alone = pairs.length === 1 && (pairs[0]?.given.length ?? 0) > (pairs[0]?.real.length ?? 0);
			const map = tier === 'tabs and spaces' ? stepsOf(pairs) : alone ? null : shiftOf(pairs);
			if (map === null) return null;
			return (given) => {
				const indent = map(indentOf(given));
				return indent === null ? null : indent + given.slice(indentOf(given).length);
			};
		}
	}
}

const punctuation: [RegExp, string][] = [
	[/[\u2018\u2019\u201A\u201B]/g, "'"],
	[/[\u201C\u201D\u201E\u201F]/g, '"'],
	[/[\u2010-\u2015\u2212]/g, '-'],
	[/[\u00A0\u2002-\u200A\u202F\u205F\u3000]/g, ' '],
	[/\u2026/g, '...'],
];

/** The line with typographic punctuation made plain and without white space at its end. */
function plain(text: string): string {
	return punctuation.reduce((result, [from, to]) => result.replace(from, to), text).trimEnd();
}

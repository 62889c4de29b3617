import { type KeyedText, mergeLines } from './merge-lines.ts';
import { formatDocument, type Line, parseDocument, terminatorAt } from './text-document.ts';

/** How the old text was found: exactly, or by ignoring one thing that models get wrong. */
export type MatchTier = 'exact' | 'trailing whitespace' | 'indentation' | 'punctuation';

export type Replacement =
	| { kind: 'ok'; text: string; tier: MatchTier; changed: { start: number; end: number } }
	| { kind: 'ambiguous'; tier: MatchTier; starts: number[] }
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
	for (const tier of ['trailing whitespace', 'indentation', 'punctuation'] as const) {
		const found = replaceLines(document.lines, oldLines, freshLines, tier);
		if (found !== null) return finish(document.bom, found);
	}
	return { kind: 'absent' };
}

interface Spliced {
	kind: 'lines';
	lines: Line[];
	tier: MatchTier;
	changed: { start: number; end: number };
}

type Found = Spliced | { kind: 'ambiguous'; tier: MatchTier; starts: number[] };

function finish(bom: '\uFEFF' | '', found: Found): Replacement {
	if (found.kind === 'ambiguous') return found;
	return { kind: 'ok', text: formatDocument({ bom, lines: found.lines }), tier: found.tier, changed: found.changed };
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
	// The last line that the old text touches; a line end that it includes belongs to the line before.
	const end = lineAt(place + old.length);
	const lineStart = flat.lastIndexOf('\n', place - 1) + 1;
	const after = flat.indexOf('\n', place + old.length);
	const changed =
		flat.slice(lineStart, place) + fresh + flat.slice(place + old.length, after === -1 ? flat.length : after);
	const stop = Math.min(end + 1, lines.length);
	// At the very end of a file that ends with a line end there is no further line, only the empty rest.
	const texts = changed.split('\n');
	const keepsEnd = end < lines.length || texts.at(-1) === '';
	if (end >= lines.length && keepsEnd) texts.pop();
	const keyed = texts.map((text) => ({ text, key: text }));
	const found = splice(lines, start, stop, keyed, (text) => text, 'exact');
	const last = found.lines.at(-1);
	if (!keepsEnd && last !== undefined) found.lines[found.lines.length - 1] = { ...last, eol: '' };
	return found;
}

function replaceLines(lines: readonly Line[], old: string[], fresh: string[], tier: MatchTier): Found | null {
	const starts: number[] = [];
	for (let start = 0; start + old.length <= lines.length && starts.length < 10; start += 1) {
		if (matchesAt(lines, start, old, tier)) starts.push(start);
	}
	const start = starts[0];
	if (start === undefined) return null;
	if (starts.length > 1) return { kind: 'ambiguous', tier, starts };
	const key = keyOf(tier);
	if (tier !== 'indentation') {
		const keyed = fresh.map((text) => ({ text, key: key(text) }));
		return splice(lines, start, start + old.length, keyed, key, tier);
	}
	const delta = indentDelta(lines, start, old);
	if (delta === null) return null;
	const keyed: KeyedText[] = [];
	for (const text of fresh) {
		const shifted = shiftIndent(text, delta);
		if (shifted === null) return null;
		keyed.push({ text: shifted, key: shifted.trimEnd() });
	}
	return splice(lines, start, start + old.length, keyed, (text) => text.trimEnd(), tier);
}

function splice(
	lines: readonly Line[],
	start: number,
	stop: number,
	fresh: KeyedText[],
	key: (text: string) => string,
	tier: MatchTier,
): Spliced {
	const old = lines.slice(start, stop);
	const merged = mergeLines(
		old,
		old.map((line) => key(line.text)),
		fresh,
		terminatorAt(lines, start),
	);
	return {
		kind: 'lines',
		lines: [...lines.slice(0, start), ...merged, ...lines.slice(stop)],
		tier,
		changed: { start, end: start + merged.length },
	};
}

function matchesAt(lines: readonly Line[], start: number, old: readonly string[], tier: MatchTier): boolean {
	if (tier === 'indentation') return indentDelta(lines, start, old) !== null;
	const key = keyOf(tier);
	return old.every((text, index) => key(text) === key(lines[start + index]?.text ?? ''));
}

const punctuation: [RegExp, string][] = [
	[/[\u2018\u2019\u201A\u201B]/g, "'"],
	[/[\u201C\u201D\u201E\u201F]/g, '"'],
	[/[\u2010-\u2015\u2212]/g, '-'],
	[/[\u00A0\u2002-\u200A\u202F\u205F\u3000]/g, ' '],
	[/\u2026/g, '...'],
];

function keyOf(tier: MatchTier): (text: string) => string {
	if (tier === 'exact') return (text) => text;
	if (tier !== 'punctuation') return (text) => text.trimEnd();
	return (text) => punctuation.reduce((result, [from, to]) => result.replace(from, to), text).trimEnd();
}

/** What the file's lines have before the model's, or the other way round; the same for every line that is not blank. */
interface IndentDelta {
	add: string;
	remove: string;
}

function indentDelta(lines: readonly Line[], start: number, old: readonly string[]): IndentDelta | null {
	let delta: IndentDelta | null = null;
	for (const [index, text] of old.entries()) {
		const mine = text.trimEnd();
		const theirs = (lines[start + index]?.text ?? '').trimEnd();
		if (mine === '' && theirs === '') continue;
		const found = deltaBetween(mine, theirs);
		if (found === null) return null;
		if (delta !== null && (delta.add !== found.add || delta.remove !== found.remove)) return null;
		delta = found;
	}
	return delta;
}

function deltaBetween(mine: string, theirs: string): IndentDelta | null {
	if (theirs.endsWith(mine)) {
		const add = theirs.slice(0, theirs.length - mine.length);
		return add.trim() === '' ? { add, remove: '' } : null;
	}
	if (!mine.endsWith(theirs)) return null;
	const remove = mine.slice(0, mine.length - theirs.length);
	return remove.trim() === '' ? { add: '', remove } : null;
}

function shiftIndent(text: string, delta: IndentDelta): string | null {
	if (text.trim() === '') return text;
	if (delta.remove === '') return delta.add + text;
	return text.startsWith(delta.remove) ? text.slice(delta.remove.length) : null;
}

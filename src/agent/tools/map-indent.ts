/** The white space that starts a line. */
export function indentOf(line: string): string {
	return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** A line's indentation as the model gave it, and as the file has it. */
export interface IndentPair {
	given: string;
	real: string;
}

/** What the file's indentation would be where the model wrote this one; null when nothing tells. */
export type IndentMap = (given: string) => string | null;

/**
 * How the model's indentation becomes the file's, from lines that both have: by the same white space more or less in front of
 * each. Null when no such white space explains all pairs.
 */
export function shiftOf(pairs: readonly IndentPair[]): IndentMap | null {
	const [first] = pairs;
	if (first === undefined) return null;
	if (first.real.endsWith(first.given)) {
		const add = first.real.slice(0, first.real.length - first.given.length);
		if (!pairs.every(({ given, real }) => real === add + given)) return null;
		// Spaces after tabs that were put there by this shift are nobody's style.
		return (given) => (add.includes('\t') && given.startsWith('  ') ? null : add + given);
	}
	if (!first.given.endsWith(first.real)) return null;
	const remove = first.given.slice(0, first.given.length - first.real.length);
	if (!pairs.every(({ given, real }) => given === remove + real)) return null;
	return (given) => (given.startsWith(remove) ? given.slice(remove.length) : null);
}

/**
 * How the model's indentation becomes the file's when one has tabs where the other has spaces, or steps of another width. Pairs
 * that are known are taken as they are; others need the one width of a step that explains all pairs. Null when none does.
 */
export function stepsOf(pairs: readonly IndentPair[]): IndentMap | null {
	const seen = new Map<string, string>();
	for (const { given, real } of pairs) {
		if ((seen.get(given) ?? real) !== real) return null;
		seen.set(given, real);
	}
	const readings: IndentMap[] = [];
	for (const from of steps) {
		for (const to of steps) {
			if (from === to) continue;
			const map = (given: string) => convert(given, from, to);
			if (pairs.every(({ given, real }) => map(given) === real)) readings.push(map);
		}
	}
	if (readings.length === 0) return null;
	return (given) => {
		const known = seen.get(given);
		if (known !== undefined) return known;
		const [first, ...others] = new Set(readings.map((map) => map(given)));
		return others.length > 0 ? null : (first ?? null);
	};
}

const steps = ['\t', '  ', '    ', '   ', '        '];

/** Whole steps become steps; up to a step's width of spaces after them (a comment's, an alignment's) stays. */
function convert(indent: string, from: string, to: string): string | null {
	let levels = 0;
	let rest = indent;
	for (; rest.startsWith(from); levels += 1) rest = rest.slice(from.length);
	return rest.includes('\t') ? null : to.repeat(levels) + rest;
}

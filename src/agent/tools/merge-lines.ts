import type { Line } from './text-document.ts';

/** A line as the model gave it, and as it goes into the file; null when that cannot be known. */
export interface FreshLine {
	given: string;
	text: string | null;
}

/** Over this many comparisons the middle of a change counts as changed throughout. */
const maxComparisons = 4_000_000;

/**
 * The lines that replace `old`, which the model gave as `oldGiven`. Lines that the change keeps come from the file with their own
 * terminators, whatever the model made of them; new lines take the terminator of the line before, or `fallback`. A missing final
 * terminator stays missing. Null when a line is not kept and its text not known.
 */
export function mergeLines(
	old: readonly Line[],
	oldGiven: readonly string[],
	fresh: readonly FreshLine[],
	fallback: '\n' | '\r\n',
): Line[] | null {
	const paired = pairLines(
		oldGiven.map((text) => text.trimEnd()),
		fresh.map((line) => line.given.trimEnd()),
	);
	const merged: Line[] = [];
	for (const [index, { given, text }] of fresh.entries()) {
		const source = paired.get(index);
		const original = source === undefined ? undefined : old[source];
		if (original !== undefined && oldGiven[source ?? -1] === given) merged.push(original);
		else if (text === null) return null;
		else merged.push({ text, eol: original?.eol || merged.at(-1)?.eol || fallback });
	}
	const endsFile = old.at(-1)?.eol === '';
	return merged.map((line, index) => {
		if (index === merged.length - 1 && endsFile) return { ...line, eol: '' };
		return line.eol === '' ? { ...line, eol: fallback } : line;
	});
}

/** A longest common subsequence: index in `b` to index in `a`. */
function pairLines(a: readonly string[], b: readonly string[]): Map<number, number> {
	const pairs = new Map<number, number>();
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) {
		pairs.set(start, start);
		start += 1;
	}
	let endA = a.length;
	let endB = b.length;
	while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
		endA -= 1;
		endB -= 1;
		pairs.set(endB, endA);
	}
	const rows = endA - start;
	const columns = endB - start;
	if (rows * columns === 0 || rows * columns > maxComparisons) return pairs;
	const width = columns + 1;
	const lengths = new Uint32Array((rows + 1) * width);
	const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
	for (let row = rows - 1; row >= 0; row -= 1) {
		for (let column = columns - 1; column >= 0; column -= 1) {
			lengths[row * width + column] =
				a[start + row] === b[start + column]
					? at(row + 1, column + 1) + 1
					: Math.max(at(row + 1, column), at(row, column + 1));
		}
	}
	for (let row = 0, column = 0; row < rows && column < columns; ) {
		if (a[start + row] === b[start + column]) {
			pairs.set(start + column, start + row);
			row += 1;
			column += 1;
		} else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
		else column += 1;
	}
	return pairs;
}

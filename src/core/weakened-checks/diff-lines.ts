/** Lines as they differ between two texts, in order; `index` is 0-based in the text that has them. */
export interface LineDifference {
	added: number[];
	removed: number[];
}

/**
 * Which lines one text has and the other has not, white space around them left aside. Order does not count: a line that only moved
 * is in neither list. Of equal lines those that stand between the same neighbours are taken to be the same.
 */
export function diffLines(base: readonly string[], head: readonly string[]): LineDifference {
	const [known, left] = [tally(base), tally(head)];
	return { added: surplus(head, known), removed: surplus(base, left) };
}

interface Tally {
	lines: Map<string, number>;
	places: Map<string, number>;
}

function tally(lines: readonly string[]): Tally {
	const found: Tally = { lines: new Map(), places: new Map() };
	lines.forEach((line, index) => {
		found.lines.set(line.trim(), (found.lines.get(line.trim()) ?? 0) + 1);
		const place = placeOf(lines, index);
		found.places.set(place, (found.places.get(place) ?? 0) + 1);
	});
	return found;
}

function surplus(lines: readonly string[], { lines: known, places }: Tally): number[] {
	const open: number[] = [];
	lines.forEach((line, index) => {
		const place = placeOf(lines, index);
		const count = places.get(place) ?? 0;
		if (count === 0) {
			open.push(index);
			return;
		}
		places.set(place, count - 1);
		known.set(line.trim(), (known.get(line.trim()) ?? 0) - 1);
	});
	return open.filter((index) => {
		const text = lines[index]?.trim() ?? '';
		const count = known.get(text) ?? 0;
		if (text === '' || count <= 0) return text !== '';
		known.set(text, count - 1);
		return false;
	});
}

function placeOf(lines: readonly string[], index: number): string {
	return [lines[index - 1] ?? '', lines[index] ?? '', lines[index + 1] ?? ''].map((line) => line.trim()).join('\n');
}

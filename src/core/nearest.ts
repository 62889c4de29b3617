/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
function editDistance(a: string, b: string): number {
	const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		const above = rows[i - 1] ?? [];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
			}
			row.push(best);
		}
		rows.push(row);
	}
	return rows[a.length]?.[b.length] ?? 0;
}

/** Longer names than this are nobody's slip of the pen; comparing them would only cost time. */
const longestName = 100;

/**
 * The candidate that was probably meant by `text`, or null when none is near: at most a third of its letters differ, ignoring
 * case, dashes and underscores. The first of equally near ones.
 */
export function findNearest(text: string, candidates: Iterable<string>): string | null {
	if (text === '' || text.length > longestName) return null;
	const normalise = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '');
	const wanted = normalise(text);
	let nearest: string | null = null;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const candidate of candidates) {
		if (candidate.length > longestName || candidate === text) continue;
		const distance = editDistance(wanted, normalise(candidate));
		if (distance < least) {
			nearest = candidate;
			least = distance;
		}
	}
	return nearest;
}

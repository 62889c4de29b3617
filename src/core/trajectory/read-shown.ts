/** Rows of a file as a tool's result shows them; the numbers of the lines start at 1. */
export interface Shown {
	path: string;
	tag: string;
	lines: Map<number, string>;
}

const header = /^\[(.+) @([a-km-np-z2-9]{6}) \d+-\d+\/\d+\]$/;
const row = /^([1-9]\d{0,8})[a-km-np-z2-9]{2,3}[:~](.*)$/s;

/** What a result of `read`, `grep` or an edit shows of which files: a header `[path @tag from-to/total]`, then rows `12k3:text`. */
export function readShown(result: string): Shown[] {
	const shown: Shown[] = [];
	for (const line of result.split('\n')) {
		const [, path, tag] = header.exec(line) ?? [];
		if (path !== undefined && tag !== undefined) {
			shown.push({ path, tag, lines: new Map() });
			continue;
		}
		const [, number, text] = row.exec(line) ?? [];
		if (number !== undefined && text !== undefined) shown.at(-1)?.lines.set(Number(number), text);
	}
	return shown;
}

import { stripVTControlCharacters } from 'node:util';

/** Rows as aligned columns, two spaces apart; the first row is the heading. Numbers (by `right`) align to the right. */
export function textTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
	const widths: number[] = [];
	for (const row of rows) {
		row.forEach((cell, column) => {
			widths[column] = Math.max(widths[column] ?? 0, width(cell));
		});
	}
	return rows
		.map((row) =>
			row
				.map((cell, column) => {
					const gap = ' '.repeat((widths[column] ?? 0) - width(cell));
					return right.includes(column) ? gap + cell : cell + gap;
				})
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

function width(cell: string): number {
	return stripVTControlCharacters(cell).length;
}

import type { EditCase } from './edit-case.ts';
import type { Scenario } from './scenarios.ts';
import type { Score } from './score.ts';

export interface Row extends Score {
	scenario: string;
	subject: string;
	given: EditCase;
	bytes: number;
	error: string;
}

/** The table: by scenario and subject, ok / rejected / format only / WRONG in per cent of the trials, and the rest. */
export function formatReport(
	rows: readonly Row[],
	cases: readonly EditCase[],
	scenarios: readonly Scenario[],
	examples: number,
): string {
	const subjects = [...new Set(rows.map((row) => row.subject))];
	const lines = [
		`${cases.length} changes: ${counts(cases, (one) => one.language)}; ${counts(cases, (one) => one.shape)}; changed lines ${counts(cases, (one) => one.band)}`,
	];
	lines.push(
		'',
		'ok / rejected / format only / WRONG, per cent of n; r: rejections that show the lines to be named; c: other lines damaged',
	);
	for (const scenario of scenarios) {
		const own = rows.filter((row) => row.scenario === scenario.name);
		if (own.length === 0) continue;
		lines.push('', `${scenario.name} - ${scenario.what}`);
		for (const subject of subjects) {
			const group = own.filter((row) => row.subject === subject);
			if (group.length > 0) lines.push(`  ${subject.padEnd(14)} ${formatGroup(group)}`);
		}
	}
	const clean = rows.filter((row) => row.scenario === 'clean');
	if (clean.length > 0) {
		lines.push('', 'Sent for a clean change, mean tokens (4 bytes each):');
		for (const subject of subjects)
			lines.push(
				`  ${subject.padEnd(14)} ${(mean(clean.filter((row) => row.subject === subject).map((row) => row.bytes)) / 4).toFixed(0)}`,
			);
	}
	for (const key of ['language', 'shape', 'band'] as const) {
		lines.push('', `By ${key}, all scenarios:`);
		for (const subject of subjects) {
			for (const value of [...new Set(rows.map((row) => row.given[key]))].sort()) {
				const group = rows.filter((row) => row.subject === subject && row.given[key] === value);
				lines.push(`  ${subject.padEnd(14)} ${value.padEnd(14)} ${formatGroup(group)}`);
			}
		}
	}
	const wrong = rows.filter(
		(row) =>
			/^(edit|replace_text)$/.test(row.subject) &&
			(row.verdict === 'wrong' || row.verdict === 'format' || (row.scenario === 'clean' && row.verdict !== 'ok')),
	);
	for (const row of wrong.slice(0, examples))
		lines.push('', `${row.subject} ${row.scenario} ${row.verdict}: ${row.given.id} ${row.error.slice(0, 300)}`);
	return lines.join('\n');
}

function formatGroup(group: readonly Row[]): string {
	const share = (verdict: Row['verdict']) =>
		percent(group.filter((row) => row.verdict === verdict).length, group.length);
	const rejected = group.filter((row) => row.verdict === 'rejected');
	// A slip in the text that is sent needs nothing from the file.
	const own = /^(rows|numbers|escaped|elided)$/.test(group[0]?.scenario ?? '');
	const named = rejected.filter((row) => row.recoverable).length;
	const shown = own || rejected.length === 0 ? '' : `  r ${percent(named, rejected.length)}`;
	const collateral = group.reduce((sum, row) => sum + row.collateral, 0);
	return `${share('ok')} / ${share('rejected')} / ${share('format')} / ${share('wrong')}  n ${group.length}${shown}${collateral === 0 ? '' : `  c ${collateral}`}`;
}

function percent(part: number, whole: number): string {
	if (part === whole) return '100';
	return part === 0 ? '0' : ((100 * part) / whole).toFixed(part * 1000 < whole ? 2 : 1);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function counts(cases: readonly EditCase[], key: (one: EditCase) => string): string {
	const found = new Map<string, number>();
	for (const one of cases) found.set(key(one), (found.get(key(one)) ?? 0) + 1);
	return [...found]
		.sort()
		.map(([name, count]) => `${name} ${count}`)
		.join(', ');
}

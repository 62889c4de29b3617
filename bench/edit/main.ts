/**
 * How edit formats fare when a model slips, over real commits: `npm run bench:edit -- --repo PATH…`. Nothing is written to the
 * repositories. Exits 1 when a tool of ours wrote a wrong file anywhere, or refused a clean edit.
 */
import { parseArgs } from 'node:util';
import { collectCases } from './collect-cases.ts';
import type { EditCase } from './edit-case.ts';
import { createExactUniqueSubject } from './exact-unique.ts';
import { createEditSubject, createReplaceTextSubject } from './our-tools.ts';
import { findPeers } from './peers.ts';
import { createRandom } from './random.ts';
import { formatReport, type Row } from './report.ts';
import { scenarios } from './scenarios.ts';
import { score } from './score.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		repo: { type: 'string', multiple: true, default: [] },
		cases: { type: 'string', default: '1200' },
		seed: { type: 'string', default: '1' },
		only: { type: 'string', multiple: true, default: [] },
		json: { type: 'boolean', default: false },
		wrong: { type: 'string', default: '5' },
		peers: { type: 'string' },
	},
});
const repositories = [...values.repo, ...positionals];
if (repositories.length === 0) {
	console.error(
		'Name git repositories to take commits from: npm run bench:edit -- --repo PATH [PATH…] [--cases 1200] [--seed 1] [--only SCENARIO] [--peers DIRECTORY] [--json]',
	);
	process.exit(2);
}
const seed = Number(values.seed);
const each = Math.ceil(Number(values.cases) / repositories.length);
const cases: EditCase[] = repositories.flatMap((repository) => collectCases(repository, each, createRandom(seed)));
const peers = values.peers === undefined ? [] : await findPeers(values.peers);
if (values.peers === undefined) console.error('Peers are left out; --peers DIRECTORY names where they are installed.');
const subjects = [createEditSubject(), createReplaceTextSubject(), createExactUniqueSubject(), ...peers];
const chosen = scenarios.filter((scenario) => values.only.length === 0 || values.only.includes(scenario.name));
const rows: Row[] = [];
for (const scenario of chosen) {
	for (const [index, given] of cases.entries()) {
		for (const subject of subjects) {
			if (!scenario.formats.includes(subject.format)) continue;
			// The same dice for every subject.
			const trial = scenario.build(given, createRandom(seed * 1_000_003 + index));
			const attempt = trial === null ? null : await subject.attempt(trial);
			if (trial === null || attempt === null) continue;
			rows.push({
				scenario: scenario.name,
				subject: subject.name,
				given,
				...score(trial, attempt),
				bytes: attempt.bytes,
				error: attempt.errors[0] ?? '',
			});
		}
	}
	if (!values.json)
		console.error(`${scenario.name}: ${rows.filter((row) => row.scenario === scenario.name).length} trials`);
}
for (const subject of subjects) await subject.close();
console.log(
	values.json
		? JSON.stringify(
				rows.map(({ given, ...row }) => ({
					...row,
					id: given.id,
					language: given.language,
					shape: given.shape,
					band: given.band,
				})),
			)
		: formatReport(rows, cases, chosen, Number(values.wrong)),
);
const ours = rows.filter((row) => row.subject === 'edit' || row.subject === 'replace_text');
if (ours.some((row) => row.verdict === 'wrong' || (row.scenario === 'clean' && row.verdict !== 'ok')))
	process.exitCode = 1;

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectCases } from '../../bench/edit/collect-cases.ts';
import { applyHunks } from '../../bench/edit/edit-case.ts';
import { createRandom } from '../../bench/edit/random.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function git(directory: string, ...args: string[]): string {
	const result = spawnSync('git', ['-C', directory, '-c', 'user.name=n', '-c', 'user.email=e@example.com', ...args], {
		encoding: 'utf8',
		env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
	});
	expect(result.status).toBe(0);
	return result.stdout;
}

/** A repository with a commit of one hunk, one of several, and one of two files. */
function makeRepository(): string {
	const directory = temporaryDirectory();
	const lines = Array.from({ length: 30 }, (_, index) => `export const name${index} = ${index};`);
	const commit = (files: Record<string, readonly string[]>) => {
		for (const [name, texts] of Object.entries(files)) writeFileSync(join(directory, name), `${texts.join('\n')}\n`);
		git(directory, 'add', '-A');
		git(directory, 'commit', '-q', '-m', 'change');
	};
	git(directory, 'init', '-q', '--template=');
	commit({ 'a.ts': lines, 'b.ts': lines });
	commit({ 'a.ts': lines.with(3, 'export const three = 3;') });
	commit({ 'a.ts': lines.with(3, '// 3').with(20, '// 20').toSpliced(10, 1) });
	commit({ 'a.ts': lines, 'b.ts': lines.toSpliced(5, 0, '// five', '') });
	return directory;
}

describe('the bench of edits', () => {
	it('takes its cases from commits, so that the hunks make the text after of the text before', () => {
		const directory = makeRepository();
		const cases = collectCases(directory, 10, createRandom(1));
		expect(cases.map((one) => one.shape).sort()).toEqual([
			'one hunk',
			'one hunk',
			'several files',
			'several hunks',
			'several hunks',
		]);
		for (const one of cases) {
			for (const file of one.files) {
				const commit = /@(\w+)/.exec(one.id)?.[1];
				expect(git(directory, 'show', `${commit}:${file.path}`)).toBe(applyHunks(file.before, file.hunks));
			}
		}
	});

	it('finds no wrong edit of ours in them, and leaves the repository as it was', () => {
		const directory = makeRepository();
		const main = join(import.meta.dirname, '../../bench/edit/main.ts');
		const run = spawnSync(process.execPath, [main, '--repo', directory, '--json'], { encoding: 'utf8' });
		expect(run.stderr).toContain('Peers are left out');
		const rows: { subject: string; scenario: string; verdict: string }[] = JSON.parse(run.stdout);
		const ours = rows.filter((row) => row.subject !== 'exact-unique');
		expect(new Set(ours.map((row) => row.scenario)).size).toBeGreaterThan(25);
		expect(ours.filter((row) => row.verdict === 'wrong')).toEqual([]);
		expect(run.status).toBe(0);
		expect(git(directory, 'status', '--porcelain')).toBe('');
	});
});

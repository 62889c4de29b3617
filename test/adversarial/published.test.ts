import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBranchName, parseBranchName } from '../../src/core/branch-name.ts';
import type { FileChange } from '../../src/core/change-set.ts';
import { checkChangeSet } from '../../src/core/check-change-set.ts';
import { formatCommitMessage, formatTitle } from '../../src/core/commit-message.ts';
import { findProtected } from '../../src/core/gate.ts';
import { loadPolicy } from '../../src/core/load-policy.ts';
import type { Policy } from '../../src/core/policy.ts';
import { gate } from '../../workers/gate.ts';
import { publish } from '../../workers/publish.ts';
import { verify } from '../../workers/verify.ts';
import { type HarnessOptions, StageHarness } from '../support/job-context.ts';
import { newRun } from '../support/new-run.ts';
import { fix, implementedRun, judgedRun } from '../support/proven-run.ts';

const defaults = readFileSync(join(import.meta.dirname, '../../config/dark-factory.yml'), 'utf8');

function defaultPolicy(): Policy {
	const models = ['triage', 'explore', 'plan', 'implement', 'review', 'evaluate'].map((role) => `  ${role}: a/b`);
	const loaded = loadPolicy({
		text: `version: 1\nmix:\n${models.join('\n')}\n`,
		path: 'x.yml',
		defaults,
		knownModels: ['a/b'],
	});
	if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
	return loaded.policy;
}

function change(path: string, more: Partial<FileChange> = {}): FileChange {
	const counts = { size: 1, addedLines: 1, deletedLines: 0, binary: false };
	return { path, status: 'added', mode: '100644', blobSha: 'a'.repeat(40), ...counts, ...more };
}

const titles = [
	'--upload-pack=touch /tmp/evil',
	'$(id)',
	'`id`; rm -rf /',
	'../../heads/main',
	'main.lock',
	'refs/heads/main',
	'HEAD',
	'@{-1}',
	'a..b~1^2:c?d*e[f\\g',
	'🚀🔥 it fails',
	'\u202egnirts\u0000\u007f',
	'x\n\nCo-authored-by: evil <evil@example.com>\nDark-Factory-Run: r9',
	'',
];

describe('case 34: a title that wants to be a branch name', () => {
	it.each(titles)('%j is in no branch, and the commit message has our trailers only', async (title) => {
		const { frozen } = newRun({ id: 'r0000000a1' }).created;
		const hostile = { ...frozen, subject: { ...frozen.subject, title } };
		const message = formatCommitMessage('r0000000a1', hostile, null);
		const trailers = execFileSync('git', ['interpret-trailers', '--parse'], { input: message }).toString().trim();
		expect(trailers.split('\n').map((line) => line.split(':')[0])).toEqual([
			'Issue',
			'Dark-Factory-Run',
			'Co-authored-by',
		]);
		expect(trailers).not.toContain('evil');
		expect(formatTitle(hostile, null)).toMatch(/^[^\p{Cc}\p{Cf}]{1,72}$/u);
	});

	it('leads to a branch that git accepts and that is no option', async () => {
		const options: HarnessOptions = {
			frozen: ({ subject }) => {
				subject.title = titles.join(' ');
			},
		};
		const harness = await implementedRun(fix, options);
		await harness.run(verify, 'verify');
		harness.end('review', { decision: 'pass', findings: [] });
		expect(await harness.run(publish, 'publish')).toMatchObject({ outcome: 'done' });
		const [branch = ''] = [...harness.forge.branches.keys()].filter((name) => name !== 'main');
		expect(branch).toBe('factory/issue-1-r0000000a1');
		expect(spawnSync('git', ['check-ref-format', '--branch', branch]).status).toBe(0);
		expect(harness.forge.branches.get('main')).toBe(harness.frozen.baseSha);
	});

	it('cannot make a name of ours either by number or by run', () => {
		for (const text of titles) expect(parseBranchName(`factory/issue-1-${text}`)).toBeNull();
		expect(parseBranchName(formatBranchName({ issue: 12, run: 'r0000000a1' }))).toEqual({
			issue: 12,
			run: 'r0000000a1',
		});
	});
});

describe('case 35: a change set made to be too much', () => {
	const limits = { changedFiles: 50, changedLines: 500, forbidden: [] };

	it('of 200,000 files is refused by the number', () => {
		const files = Array.from({ length: 200_000 }, (_, index) => change(`d/${index}`));
		const changes = { baseTreeSha: '', treeSha: '', files, patch: '' };
		const [first, ...more] = checkChangeSet(changes, limits, new Map(), []);
		expect(first).toMatchObject({ rule: 'too_many_files', message: expect.stringContaining('limits.changedFiles') });
		expect(more.map(({ rule }) => rule)).toEqual(['too_many_lines']);
	});

	it.each([
		['a file of 2 GiB that holds nothing', 2 * 1024 ** 3],
		['a file just over what GitHub takes', 101 * 1024 * 1024],
	])('with %s is refused by its name, without being read', async (_, size) => {
		const harness = await StageHarness.create();
		const worktree = await harness.git.checkOut(harness.frozen.baseSha, 'huge');
		const path = join(worktree.directory, 'huge.bin');
		writeFileSync(path, '');
		truncateSync(path, size);
		await expect(harness.git.save(worktree, harness.frozen.baseSha)).rejects.toThrow(/huge\.bin/);
		await worktree.remove();
	});

	it.each<[string, Record<string, string>, string]>([
		['sixty files', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`many/${i}.txt`, 'x\n'])), 'changedFiles'],
		['a path that differs in letter case', { 'SRC/widget.js': 'x\n' }, 'letter case'],
		['a file over the limit', { 'big.txt': 'x'.repeat(1_048_577) }, 'big.txt'],
	])('with %s is blocked and nothing is written', async (_, files, named) => {
		const harness = await implementedRun({ ...fix, ...files });
		await harness.run(verify, 'verify');
		harness.end('review', { decision: 'pass', findings: [] });
		const end = await harness.run(publish, 'publish');
		expect(end).toMatchObject({ outcome: 'blocked', reason: expect.stringContaining(named) });
		expect(harness.forge.calls.filter(({ method }) => /^(create|put|update)/.test(method))).toEqual([]);
	});

	it.each<[string, Partial<FileChange>, string]>([
		['a submodule', { mode: '160000' }, 'odd_mode'],
		['a path of 5,000 characters', { path: `${'d/'.repeat(2_500)}f` }, 'odd_path'],
		['a name of 300 characters', { path: 'n'.repeat(300) }, 'odd_path'],
	])('with %s is refused', (_, file, rule) => {
		const changes = { baseTreeSha: '', treeSha: '', files: [change('a', file)], patch: '' };
		expect(checkChangeSet(changes, limits, new Map(), []).map((problem) => problem.rule)).toEqual([rule]);
	});
});

describe('case 36: protected paths', () => {
	const paths = [
		...[
			'.github/CODEOWNERS',
			'docs/CODEOWNERS',
			'.github/workflows/ci.yml',
			'.GitHub/Workflows/CI.yml',
			'package.json',
		],
		...['packages/a/package.json', 'package-lock.json', 'PACKAGE-LOCK.JSON', 'AGENTS.md', 'src/AGENTS.md', 'CLAUDE.md'],
		...['.mcp.json', '.husky/pre-commit', '.npmrc', '.gitattributes', '.gitmodules', '.github/dark-factory.yml'],
	];

	it.each(paths)('%s is one by default', (path) => {
		expect(findProtected([change(path)], defaultPolicy())).toEqual([path]);
		expect(findProtected([change(path, { status: 'deleted', blobSha: null })], defaultPolicy())).toEqual([path]);
	});

	it('wait for a person, however many points the evaluator gives', async () => {
		const options = {
			policy: (policy: Policy) => {
				Object.assign(policy.gate, { merge: 'auto' });
				policy.paths.protected = defaultPolicy().paths.protected;
			},
		};
		const files = { 'package.json': '{"scripts":{"test":"exit 0"}}\n', '.github/CODEOWNERS': '* @evil\n' };
		const { harness, number } = await judgedRun(10, options, { ...fix, ...files, 'AGENTS.md': 'Obey.\n' });
		const end = await harness.run(gate, 'gate', { pullRequest: number });
		expect(end).toMatchObject({ kind: 'waiting' });
		const said = JSON.stringify([end, harness.forge.checkRuns]);
		for (const path of ['package.json', '.github/CODEOWNERS', 'AGENTS.md']) expect(said).toContain(path);
		expect(harness.forge.count('merge')).toBe(0);
		expect(harness.forge.pulls.get(number)?.merged).toBe(false);
	});
});

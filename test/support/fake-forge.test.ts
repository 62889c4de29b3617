import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeForge } from './fake-forge.ts';
import { hashTree } from './git-hash.ts';

test('its trees have the SHAs that git gives them', () => {
	const directory = mkdtempSync(join(tmpdir(), 'fake-forge-'));
	const files = { 'a.txt': 'a', 'lib/b.js': 'b', 'lib.js': 'c', 'lib/deep/d.js': 'd', 'lib-x/e': 'e' };
	try {
		execFileSync('git', ['init', '--quiet', directory]);
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(join(directory, path, '..'), { recursive: true });
			writeFileSync(join(directory, path), text);
		}
		execFileSync('git', ['-C', directory, 'add', '-A']);
		const sha = execFileSync('git', ['-C', directory, 'write-tree'], { encoding: 'utf8' }).trim();
		const hashed = Object.entries(files).map(
			([path, text]) => [path, { mode: '100644', content: Buffer.from(text) }] as const,
		);
		expect(hashTree(new Map(hashed))).toBe(sha);
	} finally {
		rmSync(directory, { recursive: true });
	}
});

test('a branch moves only from where it was expected, and a merge needs the head it was shown', async () => {
	const forge = new FakeForge({ owner: 'acme', name: 'widgets' }, { 'a.txt': 'one' });
	const base = await forge.defaultBranch();
	if (base === null) throw new Error('no default branch');
	const baseTree = forge.commits.get(base.sha)?.treeSha ?? '';
	const files = [{ path: 'a.txt', mode: '100644' as const, content: Buffer.from('two') }];
	const date = '2026-01-02T00:00:00Z';
	const commit = await forge.createCommit({
		parentSha: base.sha,
		baseTreeSha: baseTree,
		files,
		message: 'Change it',
		date,
	});
	expect(await forge.putBranch('topic', commit.sha, null)).toBe('created');
	expect(await forge.putBranch('topic', base.sha, null)).toBe('moved');
	expect(await forge.putBranch('topic', commit.sha, null)).toBe('unchanged');
	const pull = await forge.createPull({ title: 'T', body: 'B', head: 'topic', base: 'main', draft: false });
	const options = { method: 'squash' as const, title: 'T', message: '' };
	expect((await forge.merge(pull.number, { ...options, sha: base.sha })).kind).toBe('head_moved');
	expect((await forge.merge(pull.number, { ...options, sha: commit.sha })).kind).toBe('merged');
	expect(await forge.readText('a.txt', (await forge.branchSha('main')) ?? '')).toBe('two');
});

test('a fault after the work leaves the work done', async () => {
	const forge = new FakeForge();
	forge.addIssue({ number: 1 });
	forge.failNext('createComment', new Error('502'), 'after');
	await expect(forge.createComment(1, 'hello')).rejects.toThrow('502');
	expect((await forge.findComment(1, 'hello'))?.own).toBe(true);
});

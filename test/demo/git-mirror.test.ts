import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type EmulatedGitHub, startEmulatedGitHub } from '../../src/demo/emulated-github.ts';
import { createGitMirror } from '../../src/demo/git-mirror.ts';
import { writeObject } from '../../src/demo/loose-objects.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let github: EmulatedGitHub | null = null;
afterEach(async () => {
	await github?.close();
	github = null;
});

const at = { owner: 'acme', repo: 'widgets' };

/** A commit on top of main, at the end of this branch. */
async function commitTo(to: EmulatedGitHub, branch: string, path: string, content: string): Promise<string> {
	const { git } = to.maintainer.rest;
	const { data: head } = await git.getRef({ ...at, ref: 'heads/main' });
	const { data: parent } = await git.getCommit({ ...at, commit_sha: head.object.sha });
	const { data: blob } = await git.createBlob({ ...at, content });
	const entry = { path, mode: '100755' as const, type: 'blob' as const, sha: blob.sha };
	const { data: tree } = await git.createTree({ ...at, base_tree: parent.tree.sha, tree: [entry] });
	const author = { name: 'Ünï', email: 'u@example.com', date: '2026-02-03T04:05:06Z' };
	const commit = { ...at, message: 'Second\n\nwith a body', author, committer: author, tree: tree.sha };
	const { data } = await git.createCommit({ ...commit, parents: [head.object.sha] });
	if (branch === 'main') await git.updateRef({ ...at, ref: 'heads/main', sha: data.sha });
	else await git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: data.sha });
	return data.sha;
}

test('is a whole repository in the eyes of git, with the SHAs of the API, and follows its branches', async () => {
	const files = { 'History.md': 'a', 'index.js': 'b', 'lib.js': 'c', 'lib/inner/deep.js': 'd', LICENSE: 'e' };
	github = await startEmulatedGitHub({ repository: { owner: 'acme', name: 'widgets' }, files });
	const mirror = await createGitMirror(github, temporaryDirectory());
	await mirror.refresh();
	const second = await commitTo(github, 'main', 'lib/run.sh', 'echo\n');
	await mirror.refresh();

	const directory = join(mirror.root, 'acme', 'widgets.git');
	const git = (...args: string[]) => execFileSync('git', ['--git-dir', directory, ...args], { encoding: 'utf8' });
	expect(git('rev-list', 'main').trim().split('\n')).toEqual([second, github.baseSha]);
	expect(git('fsck', '--full', '--strict')).not.toContain('missing');
	expect(git('show', 'main:lib/inner/deep.js')).toBe('d');
	expect(git('ls-tree', 'main', 'lib/run.sh')).toMatch(/^100755 /);
});

test.each(['merge', 'squash', 'rebase'] as const)('has what was merged by %s', async (method) => {
	github = await startEmulatedGitHub({ files: { 'a.txt': 'a' } });
	await commitTo(github, 'topic', 'b.txt', 'b');
	const { pulls } = github.maintainer.rest;
	const { data: pull } = await pulls.create({ ...at, title: 'Topic', head: 'topic', base: 'main' });
	const { data: merged } = await pulls.merge({ ...at, pull_number: pull.number, merge_method: method });
	const mirror = await createGitMirror(github, temporaryDirectory());
	await mirror.refresh();
	const directory = join(mirror.root, 'acme', 'widgets.git');
	const log = execFileSync('git', ['--git-dir', directory, 'rev-parse', 'main', 'main:b.txt'], { encoding: 'utf8' });
	expect(log.split('\n')[0]).toBe(merged.sha);
});

test('refuses an object whose content is not what its SHA says', async () => {
	const wrong = writeObject(temporaryDirectory(), '0'.repeat(40), 'blob', Buffer.from('x'));
	await expect(wrong).rejects.toThrow('has the content of');
});

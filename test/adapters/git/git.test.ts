import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGit, removeWorktrees } from '../../../src/adapters/git/create-git.ts';
import { type GitHttpServer, startGitHttpServer } from '../../../src/demo/git-http-server.ts';
import type { Git, GitRepository, Remote } from '../../../src/ports/git.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';

const hello = { owner: 'Octo', name: 'hello' };
const authorization = `Basic ${Buffer.from('x-access-token:ghs_test').toString('base64')}`;

describe('git on this machine', () => {
	let fixture: GitFixture;
	let server: GitHttpServer;
	let git: Git;
	let repository: GitRepository;
	let remote: Remote;
	let base: string;
	let asked: (string | null)[];

	beforeAll(async () => {
		fixture = createGitFixture();
		asked = [];
		server = await startGitHttpServer({
			root: fixture.served,
			authorize: (given) => {
				asked.push(given);
				return given === authorization;
			},
		});
		fixture.write('README.md', '# hello\n');
		fixture.write('src/crlf.txt', 'one\r\ntwo\r\n');
		fixture.write('bin/run', '#!/bin/sh\necho hi\n');
		fixture.write('.gitignore', 'dist/\n*.log\n!keep.log\n');
		fixture.write('packages/a/.gitignore', '/out\nbuild\n');
		fixture.write('dist/tracked.js', 'tracked although ignored\n');
		chmodSync(join(fixture.work, 'bin/run'), 0o755);
		symlinkSync('../README.md', join(fixture.work, 'src/link.md'));
		base = fixture.commit('first');
		git = createGit({
			dataDirectory: join(fixture.directory, 'data'),
			clock: { now: () => 1_700_000_000_000, sleep: async () => {} },
			serverUrl: null,
			localRepositories: 'refused',
		});
		repository = await git.open(hello);
		remote = { url: `${server.url}/octo/hello.git`, authorization };
		await repository.ensure(base, remote);
	});

	afterAll(async () => {
		await server.close();
		fixture.remove();
	});

	it('names its version', async () => {
		expect(await git.version()).toMatch(/^\d+\.\d+/);
	});

	it('fetches a commit once and does not ask again', async () => {
		const before = asked.length;
		await repository.ensure(base, remote);
		expect(asked.length).toBe(before);
		expect(asked).toContain(authorization);
	});

	it('fetches a commit that no branch names any more', async () => {
		fixture.write('lost.txt', 'lost\n');
		const lost = fixture.commit('lost');
		fixture.git('reset', '-q', '--hard', base);
		fixture.git('push', '-q', '--force', 'origin', 'HEAD:main');
		await repository.ensure(lost, remote);
		expect((await repository.list(lost)).map((entry) => entry.path)).toContain('lost.txt');
	});

	it('says permanently that a remote does not have a commit', async () => {
		await expect(repository.ensure('1'.repeat(40), remote)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('does not have this commit'),
		});
	});

	it('says permanently that the credentials were refused', async () => {
		const refused = { url: remote.url, authorization: 'Basic nonsense' };
		await expect(repository.ensure('2'.repeat(40), refused)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('credentials'),
		});
	});

	it('says that a remote that cannot be reached is worth another try', async () => {
		const gone = { url: 'http://127.0.0.1:9/octo/hello.git', authorization: null };
		await expect(repository.ensure('3'.repeat(40), gone)).rejects.toMatchObject({ kind: 'transient' });
	});

	it.each([
		['file:///etc', 'file'],
		['http://git.example.com/octo/hello.git', 'http'],
		['ssh://example.com/octo/hello.git', 'ssh'],
		['ext::sh -c id', 'ext'],
		['https://user:pw@example.com/octo/hello.git', 'credentials'],
	])('refuses to fetch from %s', async (url, word) => {
		await expect(repository.ensure('4'.repeat(40), { url, authorization: null })).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining(word),
		});
	});

	it('lists files with modes and sizes, and reads them', async () => {
		const entries = await repository.list(base);
		expect(entries.find((entry) => entry.path === 'bin/run')).toMatchObject({ mode: '100755', size: 18, type: 'blob' });
		expect(entries.find((entry) => entry.path === 'src/link.md')).toMatchObject({ mode: '120000' });
		expect(Buffer.from((await repository.readFile(base, 'README.md')) ?? []).toString()).toBe('# hello\n');
		expect(await repository.readFile(base, 'src')).toBeNull();
		expect(await repository.readFile(base, '../README.md')).toBeNull();
		expect(await repository.readFile(base, 'missing')).toBeNull();
	});

	it('makes worktrees without a git directory, exact to the byte, the mode and the link', async () => {
		const worktree = await repository.checkOut(base, 'exact-1');
		expect(existsSync(join(worktree.directory, '.git'))).toBe(false);
		expect(readFileSync(join(worktree.directory, 'src/crlf.txt'), 'utf8')).toBe('one\r\ntwo\r\n');
		expect(lstatSync(join(worktree.directory, 'bin/run')).mode & 0o777).toBe(0o755);
		expect(lstatSync(join(worktree.directory, 'src/link.md')).isSymbolicLink()).toBe(true);
		expect(await repository.save(worktree, base)).toBe(await repository.treeOf(base));
		await worktree.remove();
		expect(existsSync(worktree.directory)).toBe(false);
	});

	it('saves what was written, deleted, renamed, made executable and linked', async () => {
		const worktree = await repository.checkOut(base, 'change-1');
		const at = (path: string) => join(worktree.directory, path);
		writeFileSync(at('README.md'), '# hello\nworld\n');
		writeFileSync(at('new file ünï.txt'), 'new\n');
		rmSync(at('src/crlf.txt'));
		chmodSync(at('README.md'), 0o755);
		rmSync(at('bin'), { recursive: true });
		writeFileSync(at('bin'), 'now a file\n');
		symlinkSync('new file ünï.txt', at('link'));
		const tree = await repository.save(worktree, base);
		const changes = await repository.changes(base, tree, 100_000);
		expect(changes.files).toMatchObject([
			{ path: 'README.md', status: 'modified', mode: '100755', addedLines: 1, deletedLines: 0, size: 14 },
			{ path: 'bin', status: 'added', mode: '100644', size: 11 },
			{ path: 'bin/run', status: 'deleted', mode: '100755', blobSha: null, size: 0, deletedLines: 2 },
			{ path: 'link', status: 'added', mode: '120000' },
			{ path: 'new file ünï.txt', status: 'added', mode: '100644', addedLines: 1 },
			{ path: 'src/crlf.txt', status: 'deleted' },
		]);
		expect(changes.patch).toContain('+world');
		expect(changes.treeSha).toBe(tree);
		expect(changes.baseTreeSha).toBe(await repository.treeOf(base));
		const again = await repository.checkOut(tree, 'change-2');
		expect(readFileSync(join(again.directory, 'bin'), 'utf8')).toBe('now a file\n');
		expect(await repository.save(again, base)).toBe(tree);
	});

	it('goes back to the base when the changes are undone', async () => {
		const worktree = await repository.checkOut(base, 'undo-1');
		writeFileSync(join(worktree.directory, 'extra'), 'x');
		expect(await repository.save(worktree, base)).not.toBe(await repository.treeOf(base));
		rmSync(join(worktree.directory, 'extra'));
		expect(await repository.save(worktree, base)).toBe(await repository.treeOf(base));
	});

	it('leaves out what the ignore files of the base ignore, at every depth', async () => {
		const worktree = await repository.checkOut(base, 'ignore-1');
		const write = (path: string) => {
			mkdirSync(join(worktree.directory, path, '..'), { recursive: true });
			writeFileSync(join(worktree.directory, path), 'x\n');
		};
		for (const path of ['dist/new.js', 'a.log', 'deep/b.log', 'packages/a/out/x', 'packages/a/x/build/y']) write(path);
		for (const path of ['keep.log', 'packages/a/x/out/y', 'packages/b/build/y', 'out']) write(path);
		const changes = await repository.changes(base, await repository.save(worktree, base), 1000);
		expect(changes.files.map((file) => file.path)).toEqual([
			'keep.log',
			'out',
			'packages/a/x/out/y',
			'packages/b/build/y',
		]);
	});

	it('cuts a patch over the limit at a line and says so', async () => {
		const worktree = await repository.checkOut(base, 'long-1');
		writeFileSync(join(worktree.directory, 'long.txt'), 'a line of text\n'.repeat(10_000));
		writeFileSync(join(worktree.directory, 'binary'), Buffer.from([0, 1, 2, 255]));
		const changes = await repository.changes(base, await repository.save(worktree, base), 1000);
		expect(changes.patch.length).toBeLessThan(1100);
		expect(changes.patch.endsWith('\n[patch cut: it has more than 1000 bytes]\n')).toBe(true);
		expect(changes.files.find((file) => file.path === 'binary')).toMatchObject({
			binary: true,
			addedLines: 0,
			size: 4,
		});
		expect(changes.files.find((file) => file.path === 'long.txt')?.addedLines).toBe(10_000);
	});

	it('commits a tree on a new branch, the same commit when asked again, and never over another', async () => {
		const tree = await repository.treeOf(base);
		const sha = await repository.commit(tree, base, 'Do it\n\nBecause.', 'factory/issue-1-abc');
		expect(await repository.commit(tree, base, 'Do it\n\nBecause.', 'factory/issue-1-abc')).toBe(sha);
		expect(await repository.treeOf(sha)).toBe(tree);
		await expect(repository.commit(tree, sha, 'Else', 'factory/issue-1-abc')).rejects.toMatchObject({
			kind: 'permanent',
		});
		await expect(repository.commit(tree, base, 'x', '--upload-pack=x..y')).rejects.toMatchObject({ kind: 'permanent' });
	});

	it('clears the lock files of a git that was killed', async () => {
		const directory = join(fixture.directory, 'data/repositories/octo/hello.git');
		writeFileSync(join(directory, 'shallow.lock'), '');
		writeFileSync(join(directory, 'factory.lock'), '999999999');
		const crash = join(directory, 'fast_import_crash_1');
		writeFileSync(crash, '');
		utimesSync(crash, 1, 1);
		fixture.write('late.txt', 'late\n');
		const late = fixture.commit('late');
		await (await git.open(hello)).ensure(late, remote);
		expect(await repository.readFile(late, 'late.txt')).not.toBeNull();
		expect(existsSync(crash)).toBe(false);
	});

	it('opens the same repository many times at once', async () => {
		const opened = await Promise.all(Array.from({ length: 5 }, () => git.open({ owner: 'octo', name: 'HELLO' })));
		const trees = await Promise.all(opened.map((each) => each.treeOf(base)));
		expect(new Set(trees).size).toBe(1);
	});

	it('removes worktrees that nobody owns', async () => {
		const kept = await repository.checkOut(base, 'kept-1');
		const left = await repository.checkOut(base, 'left-1');
		await removeWorktrees(join(fixture.directory, 'data'), (name) => name !== 'left-1');
		expect(existsSync(kept.directory)).toBe(true);
		expect(existsSync(left.directory)).toBe(false);
	});
});

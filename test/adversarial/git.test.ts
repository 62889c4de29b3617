import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGit } from '../../src/adapters/git/create-git.ts';
import { findLocalRepository, publishToLocal } from '../../src/adapters/git/local-repository.ts';
import { type GitHttpServer, startGitHttpServer } from '../../src/demo/git-http-server.ts';
import type { GitRepository, Remote, Worktree } from '../../src/ports/git.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';

const hello = { owner: 'octo', name: 'hello' };
const token = 'ghs_adversarial-token-value';
const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
const clock = { now: () => 1_700_000_000_000, sleep: async () => {} };

let fixture: GitFixture;
let server: GitHttpServer;
let data: string;
let canaries: string;
/** A program that leaves a file behind when it runs. */
let canary: string;
let repository: GitRepository;
let remote: Remote;
let base: string;

beforeAll(async () => {
	fixture = createGitFixture();
	canaries = join(fixture.directory, 'canaries');
	mkdirSync(canaries);
	canary = join(fixture.directory, 'canary.sh');
	writeFileSync(canary, `#!/bin/sh\nenv > "${canaries}/$$"\ncat\n`);
	chmodSync(canary, 0o755);
	fixture.write('README.md', '# hello\n');
	fixture.write('src/index.js', 'export {};\n');
	fixture.write('config/settings.txt', 'public\n');
	base = fixture.commit('first');
	server = await startGitHttpServer({ root: fixture.served, authorize: (given) => given === authorization });
	remote = { url: `${server.url}/octo/hello.git`, authorization };
	data = join(fixture.directory, 'data');
	const git = createGit({ dataDirectory: data, clock, serverUrl: null, localRepositories: 'allowed' });
	repository = await git.open(hello);
	await repository.ensure(base, remote);
});
beforeEach(() => {
	for (const name of readdirSync(canaries)) rmSync(join(canaries, name));
});
afterAll(async () => {
	await server.close();
	fixture.remove();
});

const hostileConfig = () =>
	[
		...[
			'[core]',
			`fsmonitor = ${canary}`,
			`hooksPath = ${canaries}/../hooks`,
			`sshCommand = ${canary}`,
			`pager = ${canary}`,
		],
		...[`editor = ${canary}`, `alternateRefsCommand = ${canary}`, 'bare = false'],
		...['[filter "evil"]', `clean = ${canary}`, `smudge = ${canary}`, `process = ${canary}`, 'required = true'],
		...['[diff "evil"]', `textconv = ${canary}`, `command = ${canary}`, '[diff]', `external = ${canary}`],
		...[
			'[url "http://127.0.0.1:9/"]',
			'insteadOf = http',
			'[credential]',
			`helper = !${canary}`,
			'[http]',
			'proxy = http://127.0.0.1:9',
		],
		...[
			'[uploadpack]',
			`packObjectsHook = ${canary}`,
			'[receive]',
			`procReceiveRefs = refs`,
			'[gpg]',
			`program = ${canary}`,
		],
	].join('\n');

/** Everything that a repository could bring along to have a program run. */
function plant(directory: string): void {
	mkdirSync(join(directory, 'hooks'), { recursive: true });
	const hooks = [
		'pre-commit',
		'post-checkout',
		'post-index-change',
		'reference-transaction',
		'pre-receive',
		'update',
		'post-receive',
		'pre-auto-gc',
	];
	for (const hook of hooks) writeFileSync(join(directory, 'hooks', hook), `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
	writeFileSync(join(directory, 'config'), hostileConfig());
	writeFileSync(join(directory, 'HEAD'), 'ref: refs/heads/main\n');
	mkdirSync(join(directory, 'objects'), { recursive: true });
	mkdirSync(join(directory, 'refs/heads'), { recursive: true });
	writeFileSync(join(directory, 'refs/heads/main'), `${base}\n`);
}

/** The host's whole use of a worktree that an agent has worked in. */
async function useWorktree(worktree: Worktree) {
	const tree = await repository.save(worktree, base);
	const changes = await repository.changes(base, tree, 100_000);
	const copy = await repository.checkOut(tree, 'used-copy');
	expect(await repository.save(copy, base)).toBe(tree);
	await copy.remove();
	return changes;
}

describe('an agent that attacks the git of the host', () => {
	it('proves first that the canary sings for a careless git', () => {
		const directory = join(fixture.directory, 'careless');
		execFileSync('git', ['init', '-q', directory]);
		writeFileSync(join(directory, '.git/config'), hostileConfig());
		writeFileSync(join(directory, 'f'), 'x');
		try {
			execFileSync('git', ['status'], { cwd: directory, stdio: 'ignore' });
		} catch {
			// How it ends does not matter, only what it ran.
		}
		expect(readdirSync(canaries).length).toBeGreaterThan(0);
	});

	it('cannot have a program run by a .git directory at the top of its worktree', async () => {
		const worktree = await repository.checkOut(base, 'hostile-top');
		plant(join(worktree.directory, '.git'));
		writeFileSync(join(worktree.directory, '.gitattributes'), '* filter=evil diff=evil\n');
		writeFileSync(join(worktree.directory, 'README.md'), 'changed\n');
		const changes = await useWorktree(worktree);
		expect(changes.files.map((file) => file.path)).toEqual(['.gitattributes', 'README.md']);
		expect(readdirSync(canaries)).toEqual([]);
	});

	it('cannot have a program run by a .git file that points to a repository of its own', async () => {
		const worktree = await repository.checkOut(base, 'hostile-file');
		plant(join(worktree.directory, 'mine'));
		writeFileSync(join(worktree.directory, '.git'), `gitdir: ${worktree.directory}/mine\n`);
		await useWorktree(worktree);
		expect(readdirSync(canaries)).toEqual([]);
	});

	it('cannot have a program run by a nested or an embedded bare repository, nor publish one as a submodule', async () => {
		const worktree = await repository.checkOut(base, 'hostile-nested');
		plant(join(worktree.directory, 'nested/.git'));
		writeFileSync(join(worktree.directory, 'nested/file'), 'x');
		plant(join(worktree.directory, 'bare.git'));
		rmSync(join(worktree.directory, 'src'), { recursive: true });
		plant(join(worktree.directory, 'src/.git'));
		plant(join(worktree.directory, 'config/.git'));
		writeFileSync(join(worktree.directory, 'config/settings.txt'), 'changed\n');
		const changes = await useWorktree(worktree);
		expect(changes.files.filter((file) => file.mode === '160000')).toEqual([]);
		expect(changes.files.filter((file) => file.path.includes('.git/') && !file.path.startsWith('bare.git/'))).toEqual(
			[],
		);
		expect(changes.files.map((file) => file.path)).toContain('config/settings.txt');
		expect(readdirSync(canaries)).toEqual([]);
	});

	it('cannot have a file of the host published through a link in the place of a directory', async () => {
		const worktree = await repository.checkOut(base, 'hostile-link');
		const secrets = join(fixture.directory, 'host-secrets');
		mkdirSync(secrets, { recursive: true });
		writeFileSync(join(secrets, 'settings.txt'), 'the host secret\n');
		rmSync(join(worktree.directory, 'config'), { recursive: true });
		symlinkSync(secrets, join(worktree.directory, 'config'));
		symlinkSync(join(secrets, 'settings.txt'), join(worktree.directory, 'stolen'));
		const changes = await useWorktree(worktree);
		expect(changes.patch).not.toContain('the host secret');
		expect(changes.files).toMatchObject([
			{ path: 'config', mode: '120000' },
			{ path: 'config/settings.txt', status: 'deleted' },
			{ path: 'stolen', mode: '120000' },
		]);
	});

	it('cannot write outside by files that lie below a link', async () => {
		const outside = join(fixture.directory, 'outside');
		mkdirSync(outside, { recursive: true });
		const worktree = await repository.checkOut(base, 'hostile-write');
		symlinkSync(outside, join(worktree.directory, 'escape'));
		const tree = await repository.save(worktree, base);
		const copy = await repository.checkOut(tree, 'hostile-write');
		rmSync(join(copy.directory, 'escape'));
		mkdirSync(join(copy.directory, 'escape'));
		writeFileSync(join(copy.directory, 'escape/file'), 'inside\n');
		await repository.checkOut(await repository.save(copy, base), 'hostile-write');
		expect(existsSync(join(outside, 'file'))).toBe(false);
	});

	it('cannot hide a change by ignore rules, attributes or a time stamp', async () => {
		const worktree = await repository.checkOut(base, 'hostile-hide');
		const at = (path: string) => join(worktree.directory, path);
		writeFileSync(at('.gitignore'), '*\n');
		writeFileSync(at('.gitattributes'), '* -diff binary linguist-generated\n');
		writeFileSync(at('hidden.js'), 'backdoor()\n');
		execFileSync('cp', ['-p', at('README.md'), at('stamp')]);
		writeFileSync(at('README.md'), '# jello\n');
		execFileSync('touch', ['-r', at('stamp'), at('README.md')]);
		rmSync(at('stamp'));
		const changes = await useWorktree(worktree);
		expect(changes.files.map((file) => file.path)).toEqual(['.gitattributes', '.gitignore', 'README.md', 'hidden.js']);
		expect(changes.patch).toContain('+backdoor()');
		expect(changes.patch).toContain('+# jello');
	});

	it.each(['../escape', '/etc', 'a/b', '', '.', '-x', 'a b'])('refuses the worktree name "%s"', async (name) => {
		await expect(repository.checkOut(base, name)).rejects.toMatchObject({ kind: 'permanent' });
	});

	it.each(['HEAD', '--output=x', `${'a'.repeat(39)}`, 'main..x', `${'a'.repeat(40)}\n`])(
		'takes no revision but a full id: "%s"',
		async (revision) => {
			await expect(repository.ensure(revision, remote)).rejects.toMatchObject({ kind: 'permanent' });
			await expect(repository.treeOf(revision)).rejects.toMatchObject({ kind: 'permanent' });
		},
	);

	it.each([
		{ owner: '..', name: 'x' },
		{ owner: 'a/b', name: 'x' },
		{ owner: 'a', name: '..' },
		{ owner: 'a', name: '' },
	])('opens no repository called $owner/$name', async (name) => {
		const git = createGit({ dataDirectory: data, clock, serverUrl: null, localRepositories: 'refused' });
		await expect(git.open(name)).rejects.toMatchObject({ kind: 'permanent' });
	});

	it('gets neither a smudged large file nor a submodule fetched', async () => {
		fixture.write('.gitattributes', '*.bin filter=lfs diff=lfs\n');
		fixture.write('big.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n');
		fixture.write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = http://127.0.0.1:9/x.git\n`);
		fixture.git('update-index', '--add', '--cacheinfo', `160000,${base},x`);
		const commit = fixture.commitStaged('submodule and pointer');
		await repository.ensure(commit, remote);
		const worktree = await repository.checkOut(commit, 'pointer');
		expect(readFileSync(join(worktree.directory, 'big.bin'), 'utf8')).toContain('git-lfs');
		expect(readdirSync(join(worktree.directory, 'x'))).toEqual([]);
		expect(await repository.save(worktree, commit)).toBe(await repository.treeOf(commit));
		expect(readdirSync(canaries)).toEqual([]);
	});

	it('is refused at the fetch when a submodule names a command', async () => {
		const before = fixture.git('rev-parse', 'HEAD');
		fixture.write(
			'.gitmodules',
			`[submodule "y"]\n\tpath = y\n\turl = http://127.0.0.1:9/y.git\n\tupdate = !${canary}\n`,
		);
		const hostile = fixture.commitStaged('a command as a submodule');
		await expect(repository.ensure(hostile, remote)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('disallowed submodule update setting'),
		});
		fixture.git('reset', '-q', '--hard', before);
		fixture.git('push', '-q', '--force', 'origin', 'HEAD:main');
		expect(readdirSync(canaries)).toEqual([]);
	});

	it('fails clearly on a file that is too large for GitHub', async () => {
		const worktree = await repository.checkOut(base, 'too-large');
		execFileSync('truncate', ['-s', '2G', join(worktree.directory, 'huge')]);
		await expect(repository.save(worktree, base)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('huge has 2147483648 bytes'),
		});
		await worktree.remove();
	});
});

describe('a hunt for the token of a fetch', () => {
	it('finds it in no command line, no file and no error', async () => {
		const seen: string[] = [];
		let asked = 0;
		// A server that answers slowly and then wrongly, so that the processes can be looked at.
		const slow = createServer((request, response) => {
			if (request.headers.authorization === authorization) asked++;
			setTimeout(() => response.writeHead(500).end(), 300);
		});
		await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
		const { port } = slow.address() as AddressInfo;
		const spy = setInterval(() => seen.push(...readdirSync('/proc').flatMap(readCommandLine)), 20);
		const failed = repository.ensure('5'.repeat(40), { url: `http://127.0.0.1:${port}/octo/hello.git`, authorization });
		const error = await failed.catch((cause: unknown) => cause);
		clearInterval(spy);
		slow.close();
		const forms = [token, authorization, Buffer.from(`x-access-token:${token}`).toString('base64')];
		expect(asked).toBeGreaterThan(0);
		expect(seen.some((line) => line.includes('git-remote-http') || line.includes('remote-http'))).toBe(true);
		for (const form of forms) {
			expect(seen.filter((line) => line.includes(form))).toEqual([]);
			expect(String(error)).not.toContain(form);
			expect(searchFiles(data, form)).toEqual([]);
		}
	});

	it('is not led elsewhere by a server that redirects', async () => {
		let visits = 0;
		const thief = createServer((_request, response) => {
			visits++;
			response.end();
		});
		await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
		const target = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
		const redirecting = createServer((request, response) =>
			response.writeHead(302, { Location: target + request.url }).end(),
		);
		await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
		const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/octo/hello.git`;
		await expect(repository.ensure('6'.repeat(40), { url, authorization })).rejects.toMatchObject({
			kind: 'permanent',
		});
		expect(visits).toBe(0);
		thief.close();
		redirecting.close();
	});
});

describe('a local repository with hostile hooks and configuration', () => {
	it('runs none of them when its commit is fetched and the result is given back', async () => {
		const work = join(fixture.directory, 'local work');
		execFileSync('git', ['clone', '-q', join(fixture.served, 'octo/hello.git'), work], { stdio: 'ignore' });
		plantInto(join(work, '.git'));
		const local = await findLocalRepository(join(work, 'src'));
		expect(local).toMatchObject({ root: work, branch: 'main' });
		const git = createGit({ dataDirectory: data, clock, serverUrl: null, localRepositories: 'allowed' });
		const copy = await git.open(local.repository);
		await copy.ensure(local.headSha, local.remote);
		const worktree = await copy.checkOut(local.headSha, 'local-1');
		writeFileSync(join(worktree.directory, 'fixed.txt'), 'fixed\n');
		const tree = await copy.save(worktree, local.headSha);
		const commit = await copy.commit(tree, local.headSha, 'Fix it', 'factory/local-1');
		await publishToLocal(data, local, commit, 'factory/local-1');
		expect(readdirSync(canaries)).toEqual([]);
		expect(readFileSync(join(work, '.git/refs/heads/factory/local-1'), 'utf8').trim()).toBe(commit);
		expect(existsSync(join(work, 'fixed.txt'))).toBe(false);
	});

	it('says what is wrong with a path that is none', async () => {
		await expect(findLocalRepository('/nonexistent')).rejects.toMatchObject({ kind: 'permanent' });
		await expect(findLocalRepository('/')).rejects.toMatchObject({
			message: expect.stringContaining('not in a git repository'),
		});
		const empty = join(fixture.directory, 'empty');
		execFileSync('git', ['init', '-q', empty]);
		await expect(findLocalRepository(empty)).rejects.toMatchObject({
			message: expect.stringContaining('no commit yet'),
		});
	});
});

/** Adds hostile settings to a repository that otherwise works. */
function plantInto(gitDirectory: string): void {
	const config = hostileConfig()
		.split('\n')
		.filter((line) => !/insteadOf|^\[url|bare =|proxy|procReceive/.test(line));
	writeFileSync(
		join(gitDirectory, 'config'),
		`${readFileSync(join(gitDirectory, 'config'), 'utf8')}\n${config.join('\n')}\n`,
	);
	mkdirSync(join(fixture.directory, 'hooks'), { recursive: true });
	for (const directory of [join(gitDirectory, 'hooks'), join(fixture.directory, 'hooks')]) {
		for (const hook of [
			'reference-transaction',
			'pre-receive',
			'update',
			'post-receive',
			'post-update',
			'pre-auto-gc',
		]) {
			writeFileSync(join(directory, hook), `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
		}
	}
}

function readCommandLine(pid: string): string[] {
	try {
		return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
	} catch {
		return [];
	}
}

function searchFiles(directory: string, text: string): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => readFileSync(path).includes(text));
}

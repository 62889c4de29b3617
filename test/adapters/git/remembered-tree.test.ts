import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGit } from '../../../src/adapters/git/create-git.ts';
import { findLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import { findSkipped, scanWorktree } from '../../../src/adapters/git/scan-worktree.ts';
import type { Git, GitRepository, Worktree } from '../../../src/ports/git.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';

const paths = [
	'a.txt',
	'src/b.txt',
	'src/deep/c.txt',
	'src/new.txt',
	'fresh/d.txt',
	'x.log',
	'ünï',
	'src-a',
	'node_modules/e.js',
];
const path = fc.constantFrom(...paths);
/** What a tool or a command may do to a worktree. */
const change = fc.oneof(
	fc.record({
		kind: fc.constant('write' as const),
		path,
		text: fc.constantFrom('one\n', 'two\n', 'three lines\n\n\n', ''),
	}),
	fc.record({ kind: fc.constant('replace' as const), path, text: fc.constantFrom('one\n', 'two\n') }),
	fc.record({ kind: fc.constant('chmod' as const), path, mode: fc.constantFrom(0o644, 0o755) }),
	fc.record({ kind: fc.constant('remove' as const), path: fc.constantFrom(...paths, 'src', 'src/deep') }),
	fc.record({ kind: fc.constant('link' as const), path }),
	fc.record({ kind: fc.constant('directory' as const), path: fc.constantFrom('a.txt', 'empty', 'src/b.txt') }),
	fc.record({ kind: fc.constant('repository' as const), path: fc.constantFrom('src/deep', 'fresh') }),
	fc.record({ kind: fc.constant('nothing' as const) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(root: string, asked: Change): void {
	if (asked.kind === 'nothing') return;
	const place = join(root, asked.path);
	try {
		if (asked.kind === 'remove') rmSync(place, { recursive: true, force: true });
		if (asked.kind === 'chmod') chmodSync(place, asked.mode);
		if (asked.kind === 'remove' || asked.kind === 'chmod') return;
		if (asked.kind === 'directory') rmSync(place, { force: true });
		mkdirSync(asked.kind === 'directory' ? place : dirname(place), { recursive: true });
		if (asked.kind === 'repository') mkdirSync(join(place, '.git', 'objects'), { recursive: true });
		if (asked.kind === 'write') writeFileSync(place, asked.text);
		if (asked.kind === 'link') symlinkSync('../a.txt', place);
		if (asked.kind === 'replace') {
			writeFileSync(`${place}.tmp`, asked.text);
			renameSync(`${place}.tmp`, place);
		}
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		if (!['ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ERR_FS_EISDIR', 'ELOOP'].includes(code)) throw error;
	}
}

describe('a worktree that is saved again and again', () => {
	let fixture: GitFixture;
	let git: Git;
	let repository: GitRepository;
	let base: string;
	let name: { owner: string; name: string };
	beforeAll(async () => {
		fixture = createGitFixture();
		fixture.write('.gitignore', '*.log\nnode_modules/\n');
		fixture.write('a.txt', 'one\n');
		fixture.write('src/b.txt', 'two\n');
		fixture.write('src/deep/c.txt', 'c\n');
		fixture.write('src-a', 'sorted between\n');
		fixture.commit('base');
		const local = await findLocalRepository(fixture.work);
		const clock = { now: () => 0, sleep: async () => {} };
		const dataDirectory = join(fixture.directory, 'data');
		git = createGit({ dataDirectory, clock, serverUrl: null, localRepositories: 'allowed' });
		name = local.repository;
		base = local.headSha;
		repository = await git.open(name);
		await repository.ensure(base, local.remote);
	});
	afterAll(() => fixture.remove());

	/** What git says without any memory. */
	async function saveAnew(worktree: Worktree): Promise<string> {
		return (await git.open(name)).save(worktree, base);
	}

	it('is saved as git would save it, whatever happened in between', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
				const worktree = await repository.checkOut(base, 'again');
				await repository.save(worktree, base);
				for (const asked of changes) {
					apply(worktree.directory, asked);
					const tree = await repository.save(worktree, base);
					expect(tree).toBe(await saveAnew(worktree));
				}
			}),
			{ numRuns: 15 },
		);
	});

	it('sees a change of the same size made in the same instant', async () => {
		const worktree = await repository.checkOut(base, 'instant');
		const place = join(worktree.directory, 'a.txt');
		const trees = new Set<string>();
		for (let time = 0; time < 50; time += 1) {
			writeFileSync(place, `${String(time).padStart(3)}\n`);
			trees.add(await repository.save(worktree, base));
		}
		expect(trees.size).toBe(50);
		expect(await saveAnew(worktree)).toBe([...trees].at(-1));
	});

	it('has its content in the repository, exact to the byte', async () => {
		const worktree = await repository.checkOut(base, 'content');
		await repository.save(worktree, base);
		for (const content of [Buffer.alloc(0), Buffer.from([0, 255, 13, 10]), Buffer.alloc(300_000, 'x')]) {
			writeFileSync(join(worktree.directory, 'src/deep/c.txt'), content);
			const tree = await repository.save(worktree, base);
			expect(Buffer.from((await repository.readFile(tree, 'src/deep/c.txt')) ?? [])).toEqual(content);
			const copy = await repository.checkOut(tree, 'content-copy');
			expect(readFileSync(join(copy.directory, 'src/deep/c.txt'))).toEqual(content);
		}
	});
});

describe('the directories that no scan has to enter', () => {
	it('are those that plain rules leave out', () => {
		const isSkipped = findSkipped('node_modules/\n/dist\n*.log\nbuild?\na/b\n.cache\n');
		const all = ['node_modules', 'sub/node_modules', 'dist', 'sub/dist', 'x.log', 'buildx', 'a', 'a/b', '.cache'];
		expect(all.filter(isSkipped)).toEqual(['node_modules', 'sub/node_modules', 'dist']);
	});

	it('are none where a rule takes something back', () => {
		expect(findSkipped('node_modules/\n!node_modules/keep/\n')('node_modules')).toBe(false);
	});

	it('hide another repository from nobody', () => {
		const fixture = createGitFixture();
		expect(scanWorktree(fixture.work, () => false)).toBeNull();
		fixture.remove();
	});
});

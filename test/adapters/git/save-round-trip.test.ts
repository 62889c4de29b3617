import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGit } from '../../../src/adapters/git/create-git.ts';
import { joinIgnoreFiles } from '../../../src/adapters/git/ignore-rules.ts';
import { findLocalRepository } from '../../../src/adapters/git/local-repository.ts';
import type { GitRepository } from '../../../src/ports/git.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';

const name = fc.constantFrom(
	'a',
	'b.txt',
	'ünï',
	'sp ace',
	'quote"\'',
	'back\\slash',
	'tab\there',
	'new\nline',
	'-dash',
	'*',
	'[x]',
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.oneof(
	fc.uint8Array({ maxLength: 200 }),
	fc
		.constantFrom('one\r\ntwo\r\n', 'mixed\r\nlines\n', '$Id$\n', '', '\ufeffbom\n', 'no end')
		.map((text) => Buffer.from(text)),
);
const files = fc.uniqueArray(fc.record({ path, content, mode: fc.constantFrom(0o644, 0o755) }), {
	selector: (file) => file.path,
	minLength: 1,
	maxLength: 12,
});

describe('the worktree round trip', () => {
	let fixture: GitFixture;
	let repository: GitRepository;

	beforeAll(async () => {
		fixture = createGitFixture();
		// Everything that an attributes file could do to content on its way in and out.
		fixture.write(
			'.gitattributes',
			'* text=auto eol=crlf ident working-tree-encoding=UTF-16 filter=evil diff=evil -diff\n',
		);
		writeFileSync(join(fixture.work, '.git/info/attributes'), '* -text !eol -ident !filter !working-tree-encoding\n');
		fixture.write('deep/lines.txt', 'one\r\ntwo\n');
		fixture.commit('base');
		const local = await findLocalRepository(fixture.work);
		const clock = { now: () => 0, sleep: async () => {} };
		const dataDirectory = join(fixture.directory, 'data');
		const git = createGit({ dataDirectory, clock, serverUrl: null, localRepositories: 'allowed' });
		repository = await git.open(local.repository);
		await repository.ensure(local.headSha, local.remote);
		base = local.headSha;
	});
	let base: string;
	afterAll(() => fixture.remove());

	it('keeps a tree with hostile attributes exact to the byte', async () => {
		const worktree = await repository.checkOut(base, 'attributes');
		expect(readFileSync(join(worktree.directory, 'deep/lines.txt'), 'utf8')).toBe('one\r\ntwo\n');
		writeFileSync(join(worktree.directory, 'deep/lines.txt'), 'three\r\n$Id$\n');
		const tree = await repository.save(worktree, base);
		expect(Buffer.from((await repository.readFile(tree, 'deep/lines.txt')) ?? []).toString()).toBe('three\r\n$Id$\n');
		expect((await repository.changes(base, tree, 10_000)).patch).toContain('+$Id$');
	});

	it('gives back any set of files, then any other in its place, with the same tree', async () => {
		await fc.assert(
			fc.asyncProperty(files, files, async (first, second) => {
				const worktree = await repository.checkOut(base, 'property');
				for (const set of [first, second]) {
					const kept = writeAll(worktree.directory, set);
					const tree = await repository.save(worktree, base);
					for (const file of kept) {
						expect(Buffer.from((await repository.readFile(tree, file.path)) ?? [])).toEqual(Buffer.from(file.content));
					}
					expect((await repository.list(tree)).map((entry) => [entry.path, entry.mode]).sort()).toEqual(
						kept.map((file) => [file.path, file.mode === 0o755 ? '100755' : '100644']).sort(),
					);
					const copy = await repository.checkOut(tree, 'property-copy');
					expect(await repository.save(copy, base)).toBe(tree);
				}
			}),
			{ numRuns: 12 },
		);
	});

	it('joins ignore files so that they mean what git says they mean', async () => {
		const pattern = fc.constantFrom(
			'a',
			'/a',
			'b/',
			'a/b',
			'**/c',
			'c/**',
			'*.x',
			'!a',
			'!/a/b',
			'!keep.x',
			'\\!a',
			' ',
			'a ',
			'#a',
			'/',
		);
		const ignoreFiles = fc.record({
			'': fc.array(pattern),
			'a/': fc.array(pattern),
			'b/c/': fc.array(pattern),
			'[x]/': fc.array(pattern),
		});
		const names = ['a', 'b', 'c', 'keep.x', 'y.x', '!a', '[x]'];
		const directory = join(fixture.directory, 'ignore');
		const list = (args: string[]) =>
			execFileSync('git', ['ls-files', '-z', '--others', ...args], { cwd: directory, encoding: 'utf8' });
		mkdirSync(directory);
		execFileSync('git', ['init', '-q', directory]);
		for (const prefix of ['', 'a/', 'b/c/', '[x]/', 'b/', 'c/a/', 'a/b/'])
			for (const leaf of names) {
				mkdirSync(join(directory, prefix, 'd'), { recursive: true });
				if (!['a', 'b', 'c', '[x]'].includes(leaf)) writeFileSync(join(directory, prefix, leaf), '');
				writeFileSync(join(directory, prefix, 'd', leaf), '');
			}
		fc.assert(
			fc.property(ignoreFiles, (sets) => {
				const entries = Object.entries(sets).map(([prefix, lines]) => ({
					path: `${prefix}.gitignore`,
					text: lines.map((line) => `${line}\n`).join(''),
				}));
				for (const file of entries) writeFileSync(join(directory, file.path), file.text);
				const joined = join(fixture.directory, 'joined');
				writeFileSync(joined, joinIgnoreFiles(entries));
				expect(list([`--exclude-from=${joined}`])).toBe(list(['--exclude-per-directory=.gitignore']));
			}),
			{ numRuns: 60 },
		);
	});
});

/** Writes the files that can be together (no file where a directory is needed) into an emptied directory. */
function writeAll<T extends { path: string; content: Uint8Array; mode: number }>(
	directory: string,
	set: readonly T[],
): T[] {
	rmSync(directory, { recursive: true });
	mkdirSync(directory);
	const kept: T[] = [];
	for (const file of set) {
		try {
			mkdirSync(dirname(join(directory, file.path)), { recursive: true });
			writeFileSync(join(directory, file.path), file.content, { mode: file.mode });
			kept.push(file);
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && ['EEXIST', 'ENOTDIR', 'EISDIR'].includes(String(error.code))))
				throw error;
		}
	}
	return kept;
}

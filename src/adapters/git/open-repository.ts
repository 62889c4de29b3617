import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { stagingOf } from '../../core/staging-of.ts';
import type { Clock } from '../../ports/clock.ts';
import { type GitRepository, isPublishable, type Remote, type TreeEntry, type Worktree } from '../../ports/git.ts';
import { commitTree } from './commit-tree.ts';
import { withDiskFault } from './disk-fault.ts';
import type { RemotePolicy } from './git-environment.ts';
import { listChanges } from './list-changes.ts';
import { requireObjectId } from './object-id.ts';
import { decodePath, splitRecords } from './raw-path.ts';
import type { RememberedTree } from './remembered-tree.ts';
import { withRepositoryLock } from './repository-lock.ts';
import { runGit } from './run-git.ts';
import { saveWorktree } from './save-worktree.ts';

const fetchTimeoutMs = 10 * 60_000;
/** GitHub's own limit for a file is 100 MiB. */
const blobLimit = 128 * 1024 * 1024;

export interface RepositoryPlaces {
	gitDirectory: string;
	/** Where worktrees are made. */
	worktrees: string;
}

/** Works on one bare repository that the host owns. */
export function openRepository(places: RepositoryPlaces, policy: RemotePolicy, clock: Clock): GitRepository {
	const { gitDirectory } = places;
	/** By the worktree's name. */
	const remembered = new Map<string, { base: string; tree: RememberedTree }>();

	async function has(sha: string): Promise<boolean> {
		const answer = await runGit({ gitDirectory, args: ['cat-file', '-e', `${sha}^{tree}`], accept: [0, 1, 128] });
		return answer.exitCode === 0;
	}

	async function ensure(commitSha: string, remote: Remote): Promise<void> {
		requireObjectId(commitSha);
		if (await has(commitSha)) return;
		await withRepositoryLock(gitDirectory, async () => {
			if (await has(commitSha)) return;
			// One commit without its history is all that any stage reads. A local repository is fetched whole, since a branch
			// that stands on a shallow commit could not be given back to it.
			const depth = remote.url.startsWith('file:') ? [] : ['--depth=1'];
			const refspec = `${commitSha}:refs/factory/commits/${commitSha}`;
			const flags = [
				'--quiet',
				'--no-tags',
				'--no-write-fetch-head',
				'--no-recurse-submodules',
				'--no-auto-maintenance',
			];
			await runGit({
				gitDirectory,
				args: ['fetch', ...flags, ...depth, '--end-of-options', remote.url, refspec],
				remote: { remote, policy },
				timeoutMs: fetchTimeoutMs,
			});
		});
	}

	async function list(treeish: string): Promise<TreeEntry[]> {
		requireObjectId(treeish);
		const answer = await runGit({ gitDirectory, args: ['ls-tree', '-r', '-z', '-l', '--full-tree', treeish] });
		return splitRecords(answer.output).map(parseEntry);
	}

	async function readFile(treeish: string, path: string): Promise<Uint8Array | null> {
		requireObjectId(treeish);
		if (path === '' || path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '.'))
			return null;
		const args = ['ls-tree', '-z', '-l', '--full-tree', treeish, '--', path];
		const answer = await runGit({ gitDirectory, args });
		const entry = splitRecords(answer.output).map(parseEntry)[0];
		if (entry === undefined || !isPublishable(entry.mode) || entry.path !== path) return null;
		return await readBlob(entry.sha);
	}

	async function readBlob(sha: string): Promise<Uint8Array> {
		requireObjectId(sha);
		const answer = await runGit({ gitDirectory, args: ['cat-file', 'blob', sha], outputLimit: blobLimit });
		return answer.output;
	}

	/** Private indexes live in the git directory, where no sandbox reaches. */
	function indexOf(name: string): string {
		return join(gitDirectory, 'worktree-indexes', name);
	}

	async function checkOut(treeish: string, name: string): Promise<Worktree> {
		requireObjectId(treeish);
		if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(name)) {
			throw new Fault('permanent', `"${name}" is no name for a worktree: letters, digits and - only`);
		}
		const directory = join(places.worktrees, name);
		const indexFile = indexOf(name);
		remembered.delete(name);
		await rm(directory, { recursive: true, force: true });
		await rm(stagingOf(directory), { recursive: true, force: true });
		await rm(indexFile, { force: true });
		await rm(`${indexFile}.lock`, { force: true });
		await mkdir(directory, { recursive: true });
		await mkdir(join(gitDirectory, 'worktree-indexes'), { recursive: true });
		const real = await realpath(directory);
		const call = { gitDirectory, workTree: real, indexFile };
		await runGit({ ...call, args: ['read-tree', treeish] });
		await runGit({ ...call, args: ['checkout-index', '--all', '--index', '--force', '--quiet'] });
		return {
			directory: real,
			remove: async () => {
				remembered.delete(name);
				await rm(real, { recursive: true, force: true });
				await rm(stagingOf(real), { recursive: true, force: true });
				await rm(indexFile, { force: true });
				await rm(`${indexFile}.exclude`, { force: true });
			},
		};
	}

	async function save(worktree: Worktree, baseTreeish: string): Promise<string> {
		requireObjectId(baseTreeish);
		const name = worktree.directory.slice(worktree.directory.lastIndexOf('/') + 1);
		const known = remembered.get(name);
		const quick = known?.base === baseTreeish ? await known.tree.save() : null;
		if (quick !== null) return quick;
		remembered.delete(name);
		const indexFile = indexOf(name);
		await rm(`${indexFile}.lock`, { force: true });
		const excludeFile = `${indexFile}.exclude`;
		const { directory } = worktree;
		const saved = await saveWorktree({ gitDirectory, directory, indexFile, excludeFile, baseTreeish });
		if (saved.remembered !== null) remembered.set(name, { base: baseTreeish, tree: saved.remembered });
		return saved.tree;
	}

	async function treeOf(treeish: string): Promise<string> {
		requireObjectId(treeish);
		const answer = await runGit({
			gitDirectory,
			args: ['rev-parse', '--verify', '--end-of-options', `${treeish}^{tree}`],
		});
		return answer.output.toString('latin1').trim().split('\n').pop() ?? '';
	}

	return {
		ensure: async (commitSha, remote) => await withDiskFault(() => ensure(commitSha, remote)),
		treeOf,
		readFile,
		readBlob,
		list,
		checkOut: async (treeish, name) => await withDiskFault(() => checkOut(treeish, name)),
		save: async (worktree, baseTreeish) => await withDiskFault(() => save(worktree, baseTreeish)),
		changes: async (baseTreeish, treeSha, patchLimit) =>
			await listChanges(gitDirectory, await treeOf(baseTreeish), await treeOf(treeSha), patchLimit),
		commit: async (treeSha, parentSha, message, branch) =>
			await withRepositoryLock(gitDirectory, () =>
				commitTree({ gitDirectory, treeSha, parentSha, message, branch, at: clock.now() }),
			),
	};
}

/** `mode SP type SP sha SP size TAB path`; the size of a submodule is `-`. */
function parseEntry(record: string): TreeEntry {
	const tab = record.indexOf('\t');
	const [mode = '', type = '', sha = '', size = ''] = record.slice(0, tab).split(/ +/);
	return {
		path: decodePath(record.slice(tab + 1)),
		mode,
		type: type === 'commit' ? 'commit' : 'blob',
		sha,
		size: size === '-' ? 0 : Number(size),
	};
}

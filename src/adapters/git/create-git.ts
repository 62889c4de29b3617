import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { RepositoryName } from '../../core/subject.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Git, GitRepository } from '../../ports/git.ts';
import { withDiskFault } from './disk-fault.ts';
import type { RemotePolicy } from './git-environment.ts';
import { openRepository } from './open-repository.ts';
import { withRepositoryLock } from './repository-lock.ts';
import { runGit } from './run-git.ts';

const oldest = [2, 34] as const;

/**
 * The git directory's own attributes win over every `.gitattributes`: no line ending, encoding, keyword or filter changes
 * content on its way in or out, and no file can call itself binary to hide its difference from a reviewer.
 */
const attributes = '* -text !eol !crlf -ident !filter !working-tree-encoding !diff !merge !whitespace\n';

export interface GitOptions extends RemotePolicy {
	/** `DATA_DIR`. */
	dataDirectory: string;
	clock: Clock;
}

/** Git of this machine, on bare repositories under `DATA_DIR/repositories`, worktrees under `DATA_DIR/worktrees`. */
export function createGit(options: GitOptions): Git {
	return {
		open: async (repository) => await withDiskFault(() => open(options, repository)),
		version: async () => await readVersion(),
	};
}

/** Worktrees that no living run owns are removed; called once at start. Returns their names. */
export async function removeWorktrees(dataDirectory: string, isOwned: (name: string) => boolean): Promise<string[]> {
	const directory = join(dataDirectory, 'worktrees');
	const names = await readdir(directory).catch(() => []);
	const leftovers = names.filter((name) => !isOwned(name));
	for (const name of leftovers) await rm(join(directory, name), { recursive: true, force: true });
	return leftovers;
}

async function open(options: GitOptions, repository: RepositoryName): Promise<GitRepository> {
	for (const part of [repository.owner, repository.name]) {
		if (!/^[A-Za-z0-9_.-]+$/.test(part) || /^\.+$/.test(part)) {
			throw new Fault('permanent', `"${part}" is no name of an owner or repository`);
		}
	}
	// GitHub compares names without case; so does the directory, on every file system.
	const path = join(
		options.dataDirectory,
		'repositories',
		repository.owner.toLowerCase(),
		`${repository.name.toLowerCase()}.git`,
	);
	const worktrees = join(options.dataDirectory, 'worktrees');
	await mkdir(path, { recursive: true, mode: 0o700 });
	await mkdir(worktrees, { recursive: true });
	const gitDirectory = await realpath(path);
	await prepare(gitDirectory);
	return openRepository({ gitDirectory, worktrees: await realpath(worktrees) }, options, options.clock);
}

/** The attributes are written last and stand for the whole, so that opening need not wait for another process's fetch. */
async function prepare(gitDirectory: string): Promise<void> {
	const file = join(gitDirectory, 'info', 'attributes');
	if ((await readFile(file, 'utf8').catch(() => null)) === attributes) return;
	await withRepositoryLock(gitDirectory, async () => {
		const flags = ['--quiet', '--bare', '--template=', '--object-format=sha1'];
		await runGit({ gitDirectory, args: ['init', ...flags, gitDirectory] });
		await mkdir(join(gitDirectory, 'info'), { recursive: true });
		await writeFile(file, attributes);
	});
}

async function readVersion(): Promise<string> {
	const answer = await runGit({ gitDirectory: '/', args: ['version'] });
	const text = answer.output.toString('utf8').trim();
	const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
	const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
	if (isOld) throw new Fault('permanent', `${text} is too old: install git ${oldest.join('.')} or newer`);
	return text.replace(/^git version /, '');
}

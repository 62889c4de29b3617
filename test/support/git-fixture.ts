import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a directory of its own, made by the machine's git as a person would. */
export interface GitFixture {
	/** Holds everything; removed by `remove`. */
	directory: string;
	/** A bare repository at `served/octo/hello.git`, to be served over HTTP. */
	served: string;
	/** The person's clone. */
	work: string;
	git(...args: string[]): string;
	write(path: string, content: string | Uint8Array): void;
	/** Commits everything and pushes it; returns the commit. */
	commit(message: string): string;
	/** Commits what is staged, with all files added but nothing removed from the index, and pushes it. */
	commitStaged(message: string): string;
	remove(): void;
}

export function createGitFixture(): GitFixture {
	const directory = realpathSync(mkdtempSync(join(tmpdir(), 'factory-git-')));
	const served = join(directory, 'served');
	const work = join(directory, 'work');
	const environment = {
		PATH: process.env.PATH ?? '',
		HOME: directory,
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_AUTHOR_NAME: 'Ada',
		GIT_AUTHOR_EMAIL: 'ada@example.com',
		GIT_COMMITTER_NAME: 'Ada',
		GIT_COMMITTER_EMAIL: 'ada@example.com',
	};
	const run = (cwd: string, args: string[]) =>
		execFileSync('git', args, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
	mkdirSync(join(served, 'octo'), { recursive: true });
	run(directory, ['init', '-q', '--bare', '-b', 'main', join(served, 'octo', 'hello.git')]);
	run(directory, ['init', '-q', '-b', 'main', work]);
	run(work, ['remote', 'add', 'origin', join(served, 'octo', 'hello.git')]);
	return {
		directory,
		served,
		work,
		git: (...args) => run(work, args),
		write: (path, content) => {
			mkdirSync(dirname(join(work, path)), { recursive: true });
			writeFileSync(join(work, path), content);
		},
		commit: (message) => {
			run(work, ['add', '-A', '-f']);
			run(work, ['commit', '-q', '--allow-empty', '-m', message]);
			run(work, ['push', '-q', 'origin', 'HEAD:main']);
			return run(work, ['rev-parse', 'HEAD']);
		},
		commitStaged: (message) => {
			run(work, ['add', '-f', '--ignore-removal', '.']);
			run(work, ['commit', '-q', '-m', message]);
			run(work, ['push', '-q', 'origin', 'HEAD:main']);
			return run(work, ['rev-parse', 'HEAD']);
		},
		remove: () => rmSync(directory, { recursive: true, force: true }),
	};
}

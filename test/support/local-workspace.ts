import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../src/agent/agent-task.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface LocalWorkspace extends Workspace {
	/** What was kept, by digest. */
	readonly kept: Map<string, Uint8Array>;
	/** Scripts that were run, in order. */
	readonly scripts: string[];
}

/** A worktree on this machine with a real git beside it that saves and restores; commands run without a sandbox. */
export function createLocalWorkspace(): LocalWorkspace {
	const home = temporaryDirectory();
	const directory = join(home, 'tree');
	const gitDirectory = join(home, 'git');
	mkdirSync(directory);
	const git = (...args: string[]) => {
		const result = spawnSync('git', [`--git-dir=${gitDirectory}`, `--work-tree=${directory}`, ...args], {
			encoding: 'utf8',
			env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
		});
		if (result.status !== 0) throw new Error(`git ${args[0]}: ${result.stderr}`);
		return result.stdout.trim();
	};
	git('init', '-q', '--template=');
	const kept = new Map<string, Uint8Array>();
	const scripts: string[] = [];
	return {
		directory,
		kept,
		scripts,
		async run(script, timeoutMs, signal) {
			scripts.push(script);
			const startedAt = Date.now();
			const child = spawn('sh', ['-c', script], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
			const chunks: Buffer[] = [];
			child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
			child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
			const kill = () => {
				if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
			};
			let timedOut = false;
			const timer = setTimeout(() => {
				timedOut = true;
				kill();
			}, timeoutMs);
			signal.addEventListener('abort', kill);
			const [exitCode, killedBy] = await new Promise<[number | null, string | null]>((resolve) => {
				child.on('close', (code, by) => resolve([code, by]));
			});
			clearTimeout(timer);
			signal.removeEventListener('abort', kill);
			signal.throwIfAborted();
			const output = Buffer.concat(chunks);
			return {
				exitCode,
				signal: killedBy,
				timedOut,
				durationMs: Date.now() - startedAt,
				output,
				outputBytes: output.length,
			};
		},
		async save() {
			git('add', '-A', '.');
			return git('write-tree');
		},
		async restore(treeSha) {
			for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
			git('read-tree', treeSha);
			git('checkout-index', '-a', '-f');
		},
		async keep(bytes) {
			const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
			kept.set(digest, bytes);
			return digest;
		},
	};
}

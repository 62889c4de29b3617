import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../core/fault.ts';
import type { Remote } from '../../ports/git.ts';
import { buildGitEnvironment, type GitPlaces, type RemotePolicy } from './git-environment.ts';
import { describeGitFailure, describeGitStart } from './git-fault.ts';

export interface GitCall extends GitPlaces {
	args: readonly string[];
	/** Given for calls that talk to a remote; all others may not. */
	remote?: { remote: Remote; policy: RemotePolicy };
	input?: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
	/** Exit codes that are answers, not failures; default only 0. */
	accept?: readonly number[];
	/** Bytes of output; what is over it is a fault, or cut off when `overflow` says so. Default 256 MiB. */
	outputLimit?: number;
	overflow?: 'fault' | 'cut';
	/** Default 5 minutes. */
	timeoutMs?: number;
}

export interface GitAnswer {
	output: Buffer;
	exitCode: number;
	/** Output over the limit was dropped. */
	cut: boolean;
}

/**
 * Runs git with the hardened environment, without a shell.
 * @throws Fault permanent or transient, by what git said; a call that outlasts its time is transient.
 */
export function runGit(call: GitCall): Promise<GitAnswer> {
	const environment = buildGitEnvironment(call, call.remote ?? null, process.env);
	const limit = call.outputLimit ?? 256 * 1024 * 1024;
	const subcommand = call.args.find((argument) => !argument.startsWith('-')) ?? 'git';
	return new Promise((resolve, reject) => {
		const child = spawn('git', call.args, {
			cwd: call.workTree ?? call.gitDirectory,
			env: environment,
			stdio: ['pipe', 'pipe', 'pipe'],
			// Helpers such as git-remote-https are killed with it.
			detached: true,
		});
		const chunks: Buffer[] = [];
		let size = 0;
		let cut = false;
		let stderr = '';
		let failure: Fault | null = null;
		const stop = (fault: Fault | null) => {
			failure ??= fault;
			killGroup(child.pid);
		};
		const timeoutMs = call.timeoutMs ?? 300_000;
		const timer = setTimeout(
			() => stop(new Fault('transient', `git ${subcommand} took longer than ${timeoutMs} ms and was stopped`)),
			timeoutMs,
		);
		child.once('error', (error) => {
			clearTimeout(timer);
			reject(describeGitStart(error));
		});
		child.stdout.on('data', (chunk: Buffer) => {
			if (cut) return;
			const kept = chunk.subarray(0, Math.max(0, limit - size));
			chunks.push(kept);
			size += kept.length;
			if (kept.length === chunk.length) return;
			cut = true;
			stop(
				call.overflow === 'cut' ? null : new Fault('permanent', `git ${subcommand} printed more than ${limit} bytes`),
			);
		});
		child.stderr.on('data', (chunk: Buffer) => {
			stderr = (stderr + chunk.toString('utf8')).slice(-8192);
		});
		// A git that ends early closes its input; its exit code tells why, so EPIPE is no news. Other errors are the source's own.
		pipeline(Readable.from(call.input ?? [], { objectMode: true }), child.stdin).catch(
			(error: NodeJS.ErrnoException) => {
				if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
				stop(
					error instanceof Fault
						? error
						: new Fault('transient', `input of git ${subcommand} failed`, { cause: error }),
				);
			},
		);
		child.once('close', (exitCode) => {
			clearTimeout(timer);
			if (failure !== null) return reject(failure);
			if (cut) return resolve({ output: Buffer.concat(chunks), exitCode: 0, cut });
			if (exitCode !== null && (call.accept ?? [0]).includes(exitCode)) {
				return resolve({ output: Buffer.concat(chunks), exitCode, cut });
			}
			reject(describeGitFailure(subcommand, exitCode, stderr));
		});
	});
}

function killGroup(pid: number | undefined): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Already gone.
	}
}

import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { Fault } from '../../core/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandResult } from '../../ports/sandbox.ts';
import { createBoundedOutput } from './bounded-output.ts';
import { findDescendants, signalProcess } from './process-tree.ts';

/** Between the polite signal and the one that cannot be refused. */
const graceMs = 1000;

export interface ContainedCommand {
	file: string;
	args: readonly string[];
	environment: Readonly<Record<string, string>>;
	/** The launcher's directory on the host. */
	directory: string;
	timeoutMs: number;
	outputLimit: number;
	/** Called when the launcher has ended, to end what may have outlived it. */
	sweep?: () => Promise<void>;
}

/**
 * The shell lines that start a script inside: file descriptor 3 tells the host that the container stands; from then on all
 * output is the script's own, in one stream, in order. Then limits (dash counts processes by -p, bash by -u).
 */
export const preamble = [
	'printf s >&3',
	'exec 3>&- 2>&1',
	'mkdir -p "$HOME" 2>/dev/null',
	'ulimit -c 0',
	'ulimit -n 65536 2>/dev/null || true',
	'ulimit -f 16777216 2>/dev/null || true',
	'{ ulimit -u 8192 || ulimit -p 8192; } 2>/dev/null || true',
].join('\n');

/**
 * Starts a launcher, bounds its output and time, and ends its whole process tree before it returns.
 * @throws Fault permanent when the container does not come up; the signal's reason when it fires.
 */
export function runContained(command: ContainedCommand, clock: Clock, signal: AbortSignal): Promise<CommandResult> {
	return new Promise((resolve, reject) => {
		if (signal.aborted) return reject(signal.reason);
		const startedAt = clock.now();
		const child = spawn(command.file, command.args, {
			cwd: command.directory,
			env: { ...command.environment },
			stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
			detached: true,
		});
		const output = createBoundedOutput(command.outputLimit);
		let complaints = '';
		let stood = false;
		let timedOut = false;
		const { stdout, stderr } = child;
		const standing = child.stdio[3];
		if (stdout === null || stderr === null || !(standing instanceof Readable)) {
			return reject(new Fault('transient', `${command.file} was started without its pipes`));
		}
		stdout.on('data', (chunk: Buffer) => output.add(chunk));
		stderr.on('data', (chunk: Buffer) => {
			complaints = (complaints + chunk.toString('utf8')).slice(-2000);
		});
		standing.on('data', () => {
			stood = true;
		});
		const end = () => void endTree(child.pid);
		const timer = setTimeout(() => {
			timedOut = true;
			end();
		}, command.timeoutMs);
		signal.addEventListener('abort', end, { once: true });
		const settle = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', end);
		};
		child.once('error', (error: NodeJS.ErrnoException) => {
			settle();
			reject(
				new Fault('permanent', `${command.file} could not be started: ${error.code ?? error.message}`, {
					cause: error,
				}),
			);
		});
		child.once('exit', () => {
			if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
			const sweeping = command.sweep?.() ?? Promise.resolve();
			// Something that got away may hold the pipes open for ever.
			void sweeping.finally(() => setTimeout(() => destroyAll([stdout, stderr, standing]), 1000).unref());
		});
		child.once('close', (exitCode, killedBy) => {
			settle();
			if (signal.aborted) return reject(signal.reason);
			if (!stood && !timedOut) {
				return reject(
					new Fault('permanent', `the sandbox did not start: ${complaints.trim() || `exit code ${exitCode}`}`),
				);
			}
			resolve({
				exitCode: timedOut ? null : exitCode,
				signal: killedBy,
				timedOut,
				durationMs: clock.now() - startedAt,
				output: output.read(),
				outputBytes: output.total,
			});
		});
	});
}

/** Asks everything below the launcher to end, then ends the launcher, and with it whatever is left. */
async function endTree(pid: number | undefined): Promise<void> {
	if (pid === undefined) return;
	const kill = setTimeout(() => signalProcess(-pid, 'SIGKILL'), graceMs);
	kill.unref();
	for (const descendant of await findDescendants(pid)) signalProcess(descendant, 'SIGTERM');
}

function destroyAll(streams: readonly Readable[]): void {
	for (const stream of streams) stream.destroy();
}

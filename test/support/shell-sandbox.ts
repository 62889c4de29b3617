import { spawn } from 'node:child_process';
import type { CommandResult, Sandbox, SandboxCommand, SandboxReport } from '../../src/ports/sandbox.ts';

/**
 * Runs commands with a plain `sh` and confines nothing: for tests of stages, whose commands are the tests' own. `commands` lists
 * what was asked, so that a test can see the network and the places that a stage allowed.
 */
export class ShellSandbox implements Sandbox {
	readonly name = 'none';
	readonly commands: SandboxCommand[] = [];

	async probe(): Promise<SandboxReport> {
		return { name: this.name, ok: true, findings: [] };
	}

	run(command: SandboxCommand, signal: AbortSignal): Promise<CommandResult> {
		this.commands.push(command);
		const started = performance.now();
		return new Promise((resolve, reject) => {
			const child = spawn('sh', ['-c', command.script], {
				cwd: command.directory,
				env: { PATH: process.env.PATH ?? '/usr/bin:/bin', CI: 'true', ...command.environment },
				detached: true,
			});
			const chunks: Buffer[] = [];
			let timedOut = false;
			const kill = () => {
				if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
			};
			const timer = setTimeout(() => {
				timedOut = true;
				kill();
			}, command.timeoutMs);
			signal.addEventListener('abort', kill, { once: true });
			child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
			child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
			child.on('error', reject);
			child.on('close', (exitCode, killedBy) => {
				clearTimeout(timer);
				signal.removeEventListener('abort', kill);
				if (signal.aborted) return reject(signal.reason);
				const output = Buffer.concat(chunks);
				resolve({
					exitCode: timedOut ? null : exitCode,
					signal: killedBy,
					timedOut,
					durationMs: performance.now() - started,
					output: output.subarray(0, command.outputLimit),
					outputBytes: output.length,
				});
			});
		});
	}
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
	readonly pid: number;
	/** Ends the process (SIGKILL when it stays) and resolves when it is gone. */
	stop(): Promise<void>;
}

/**
 * Starts a server and resolves when `ready` does not reject any more. The server dies with this process.
 * @throws Error with the server's output when it ends first or is not ready within 20 s.
 */
export async function startServerProcess(
	command: string,
	args: string[],
	ready: () => Promise<void>,
): Promise<ServerProcess> {
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output = (output + text).slice(-4_000);
		});
	}
	let failure: Error | null = null;
	child.once('error', (error) => {
		failure = error;
	});
	const killer = () => void child.kill('SIGKILL');
	process.once('exit', killer);
	const deadline = performance.now() + 20_000;
	for (;;) {
		if (failure !== null || isGone(child)) throw new Error(`${command} ended at once: ${failure ?? output}`);
		try {
			await ready();
			break;
		} catch (error) {
			if (performance.now() < deadline) {
				await sleep(25);
				continue;
			}
			child.kill('SIGKILL');
			throw new Error(`${command} is not ready after 20 s: ${output}`, { cause: error });
		}
	}
	return {
		pid: child.pid ?? 0,
		async stop() {
			process.removeListener('exit', killer);
			if (isGone(child)) return;
			const exited = once(child, 'exit');
			child.kill('SIGINT');
			const late = setTimeout(killer, 5_000);
			await exited;
			clearTimeout(late);
		},
	};
}

function isGone(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null;
}

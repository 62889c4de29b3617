import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../../src/bundled.ts';
import type { Environment } from '../../src/settings.ts';

export interface CommandProcess {
	pid: number;
	/** The first match in what the process has written, waited for. @throws Error with its output when it ends without. */
	says(words: RegExp): Promise<RegExpExecArray>;
	output(): string;
	/** SIGTERM, as a supervisor would. Resolves with the exit code; null when a signal ended it. */
	stop(): Promise<number | null>;
}

/** `dark-factory WORDS` as a process with exactly this environment. It dies with this process. */
export function startCommand(words: string[], environment: Environment): CommandProcess {
	const child = spawn(process.execPath, [join(packageRoot, 'src', 'main.ts'), ...words], {
		env: environment,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let written = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			written += text;
		});
	}
	const killer = () => void child.kill('SIGKILL');
	process.once('exit', killer);
	const ended = once(child, 'exit').then(() => {
		process.removeListener('exit', killer);
		return null;
	});
	return {
		pid: child.pid ?? 0,
		output: () => written,
		says: async (words) => {
			for (;;) {
				const found = words.exec(written);
				if (found !== null) return found;
				const more = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
				if ((await Promise.race([more, ended])) === null && !words.test(written)) {
					throw new Error(`It ended without saying ${words}: ${written}`);
				}
			}
		},
		stop: async () => {
			child.kill('SIGTERM');
			await ended;
			return child.exitCode;
		},
	};
}

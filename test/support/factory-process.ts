import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { formatRecording } from '../../src/adapters/replay/recording.ts';
import type { World } from '../../src/demo/world.ts';
import { webhookPath } from '../../src/server.ts';
import type { KillPoint } from './kill-point.ts';

export interface FactoryProcess {
	/** What the process wrote, for messages. */
	output(): string;
	/** Resolves with the signal that ended the process, or null when it exited. */
	ended: Promise<NodeJS.Signals | null>;
	/** SIGKILL, if it still lives. */
	stop(): Promise<void>;
}

/**
 * Starts a factory of this world as a process and has GitHub deliver to it. It dies with this process.
 * @param dies where it kills itself; null when it is to live.
 * @throws Error with its output when it ends before it listens.
 */
export async function startFactoryProcess(world: World, dies: KillPoint | null): Promise<FactoryProcess> {
	const recording = join(world.directory, 'recording.jsonl');
	writeFileSync(recording, formatRecording(world.recording));
	const script = join(import.meta.dirname, 'factory-child.ts');
	const child = fork(script, dies === null ? [recording] : [recording, JSON.stringify(dies)], {
		env: world.environment,
		execArgv: [],
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	let written = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => {
			written = (written + text).slice(-4_000);
		});
	}
	const ended = whenEnded(child);
	const listening = once(child, 'message').then(([message]) => z.object({ url: z.string() }).parse(message).url);
	const url = await Promise.race([listening, ended.then(() => null)]);
	if (url === null) throw new Error(`The factory ended at once: ${written}`);
	world.github.deliverTo(`${url}${webhookPath}`);
	return {
		output: () => written,
		ended,
		stop: async () => {
			child.kill('SIGKILL');
			await ended;
		},
	};
}

async function whenEnded(child: ChildProcess): Promise<NodeJS.Signals | null> {
	await once(child, 'exit');
	return child.signalCode;
}

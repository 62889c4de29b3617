import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Dialect } from './script.ts';
import type { Seen, Told } from './seen.ts';

/** A harness that can be measured: `file` is run with the provider's URL, the number of jobs and `args`. */
export interface Harness {
	name: string;
	dialect: Dialect;
	file: string;
	args: readonly string[];
}

export type Measured = Seen & Told;

/** One measurement in fresh processes. @throws Error when the job was not done as it should be. */
export async function measure(harness: Harness, jobs: number): Promise<Measured> {
	const provider = fork(join(import.meta.dirname, 'provider.ts'), [harness.dialect]);
	const url = String(await nextMessage(provider));
	const worker = fork(join(import.meta.dirname, harness.file), [url, String(jobs), ...harness.args], {
		execArgv: ['--expose-gc'],
	});
	const told = (await nextMessage(worker)) as Told;
	provider.send('report');
	const seen = (await nextMessage(provider)) as Seen;
	if (seen.broken.length > 0) throw new Error(`${harness.name}: ${seen.broken.slice(0, 3).join('; ')}`);
	return { ...seen, ...told };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`a process of the benchmark ended with exit code ${code}`);
	});
	const [message] = await Promise.race([once(child, 'message'), ended]);
	ended.catch(() => {});
	return message;
}

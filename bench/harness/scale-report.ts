import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Goal, goal } from './goal.ts';
import type { ScaleResult } from './scale.ts';

/** Measures many jobs in one process, prints it, and returns what the issue asks of it. */
export async function runScale(jobs: number, turns: number): Promise<Goal[]> {
	const child = fork(join(import.meta.dirname, 'scale.ts'), [String(jobs), String(turns)]);
	const [message] = await once(child, 'message');
	const result = message as ScaleResult;
	const { residentMb, journalBytesPerTurn: growth } = result;
	console.log(
		`\n${jobs} jobs of ${turns} turns in one process: ${((jobs * turns) / result.seconds).toFixed(0)} turns/s`,
	);
	console.table(
		residentMb.map((resident, tenth) => ({
			tenth: tenth + 1,
			'resident MiB': resident.toFixed(0),
			'journal bytes/turn': growth[tenth]?.toFixed(0),
		})),
	);
	return [
		goal('scale: jobs that ended', result.ended, jobs, 'least'),
		goal('scale: resident MiB at most', Math.max(...residentMb), 2048, 'most'),
		goal('scale: MiB, last tenth over first', (residentMb.at(-1) ?? 0) / (residentMb[0] ?? 1), 1.2, 'most'),
		goal('scale: journal per turn, last tenth over first', (growth.at(-1) ?? 0) / (growth[0] ?? 1), 1.05, 'most'),
	];
}

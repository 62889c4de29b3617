import type { RunState } from '../core/run-state.ts';
import { everyLane, type Factory } from '../factory.ts';
import { loadRun } from './load-run.ts';
import type { Output } from './output.ts';
import { watchRun } from './watch-run.ts';

/** Works on one run in this process until it is closed or `stop` fires, with live progress, and returns how it stands then. */
export async function workThrough(
	factory: Factory,
	run: string,
	stop: AbortSignal,
	output: Output,
	between: (state: RunState) => Promise<void> = async () => {},
): Promise<RunState> {
	const lanes = everyLane.filter((lane) => lane !== 'delivery');
	const consumer = await factory.work(lanes);
	try {
		await factory.queue.wake({ lane: 'host', id: run });
		await watchRun(factory.runs, factory.clock, run, output, stop, async () => {
			await between((await loadRun(factory.runs, run)).state);
		});
	} finally {
		await consumer.close();
	}
	return (await loadRun(factory.runs, run)).state;
}

import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Queue } from '../ports/queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import { exit, type Output } from './output.ts';

/** `dark-factory stop --all`: hands `stop` to every run that is still going. New ones may start; a `halt` file keeps those away. */
export async function stopAll(
	parts: { runs: RunStore; queue: Pick<Queue, 'wake'>; clock: Clock; ids: Ids },
	by: string,
	output: Output,
): Promise<number> {
	const stopped: string[] = [];
	for (const { id: run } of await parts.runs.unfinished()) {
		const signal = { name: 'stop' as const, by, reason: 'all runs were stopped' };
		const posted = await parts.runs.post(run, { id: `cli-${parts.ids.token()}`, signal }, parts.clock.now());
		if (!posted) continue;
		await parts.queue.wake({ lane: 'host', id: run });
		stopped.push(run);
	}
	if (output.format === 'json') output.out(JSON.stringify({ stopped }));
	else output.out(stopped.length === 0 ? 'No run is going.' : `stop was handed to ${stopped.join(', ')}.`);
	return exit.done;
}

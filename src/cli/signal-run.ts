import type { SignalName } from '../core/signal.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Queue } from '../ports/queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import { exit, type Output } from './output.ts';

/**
 * `dark-factory approve|reject|stop RUN`: posts the signal into the run's inbox, where a working process finds it within seconds;
 * a waiting run goes on when the next process looks. The operator's shell access is the authority.
 */
export async function signalRun(
	parts: { runs: RunStore; queue: Pick<Queue, 'wake'>; clock: Clock; ids: Ids },
	run: string,
	name: SignalName,
	by: string,
	reason: string,
	output: Output,
): Promise<number> {
	const posted = await parts.runs.post(
		run,
		{ id: `cli-${parts.ids.token()}`, signal: { name, by, reason } },
		parts.clock.now(),
	);
	if (!posted) {
		output.err(`There is no run ${run} that is still going. \`dark-factory status\` lists them.`);
		return exit.wrongUse;
	}
	await parts.queue.wake({ lane: 'host', id: run });
	if (output.format === 'json') output.out(JSON.stringify({ run, signal: name, by }));
	else output.out(`${name} was handed to run ${run}.`);
	return exit.done;
}

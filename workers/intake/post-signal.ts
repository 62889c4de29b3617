import type { Occasion } from '../../src/core/intent.ts';
import type { Signal } from '../../src/core/signal.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import type { IntakeContext } from './intake-context.ts';

/** Puts the signal into the runs' inboxes, once per delivery, and wakes them. Returns the runs that took it. */
export async function postSignal(
	context: IntakeContext,
	runs: readonly RunRow[],
	signal: Signal,
	occasion: Occasion,
): Promise<string[]> {
	const taken: string[] = [];
	for (const run of runs) {
		if (!(await context.runs.post(run.id, { id: occasion.delivery, signal }, context.clock.now()))) continue;
		taken.push(run.id);
		await wakeRun(context, 'host', run.id);
	}
	return taken;
}

/** A wake that fails does no harm: unfinished runs are found in the store on start and on a timer. */
export async function wakeRun(
	context: IntakeContext,
	lane: Parameters<IntakeContext['queue']['wake']>[0]['lane'],
	run: string,
): Promise<void> {
	try {
		await context.queue.wake({ lane, id: run });
	} catch (error) {
		context.log.warn({ err: error, run }, 'Wake for a run failed; the sweep will find it');
	}
}

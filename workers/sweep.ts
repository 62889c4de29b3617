import type { Clock } from '../src/ports/clock.ts';
import type { DeliveryStore } from '../src/ports/delivery-store.ts';
import type { Log } from '../src/ports/log.ts';
import type { Lane, Queue } from '../src/ports/queue.ts';
import type { RunStore } from '../src/ports/run-store.ts';

/** Deliveries woken at once; the next sweep finds the rest. */
const mostDeliveries = 500;

export interface Sweeper {
	runs: RunStore;
	deliveries: DeliveryStore;
	queue: Pick<Queue, 'wake'>;
	clock: Clock;
	log: Log;
}

/**
 * Wakes every run that is due and every delivery that is not settled: what a crash or a lost wake left behind. Waking something
 * that needs nothing does nothing.
 */
export async function sweep(sweeper: Sweeper, lanes: readonly Lane[]): Promise<void> {
	if (lanes.includes('delivery')) {
		for (const id of await sweeper.deliveries.unsettled(mostDeliveries)) {
			await sweeper.queue.wake({ lane: 'delivery', id });
		}
	}
	if (lanes.some((lane) => lane !== 'delivery')) {
		for (const id of await sweeper.runs.due(sweeper.clock.now())) await sweeper.queue.wake({ lane: 'host', id });
	}
}

/** Sweeps once now and then every `intervalMs` until the returned function is called. A failed sweep is logged; the next one follows. */
export async function sweepUntilStopped(
	sweeper: Sweeper,
	lanes: readonly Lane[],
	intervalMs: number,
): Promise<() => void> {
	const stopped = new AbortController();
	await sweep(sweeper, lanes);
	const go = async () => {
		while (!stopped.signal.aborted) {
			await sweeper.clock.sleep(intervalMs, stopped.signal).catch(() => {});
			if (stopped.signal.aborted) return;
			await sweep(sweeper, lanes).catch((error: unknown) => {
				sweeper.log.warn({ err: error }, 'sweep failed; the next one will try again');
			});
		}
	};
	void go();
	return () => stopped.abort();
}

import { Fault } from '../src/core/fault.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Delivery, DeliveryStore } from '../src/ports/delivery-store.ts';
import type { Log } from '../src/ports/log.ts';
import type { Queue } from '../src/ports/queue.ts';

/**
 * A delivery is given up once it has failed this often and is this old, ms. Both, because sweeps may wake it sooner than its pause
 * says: an outage of GitHub of some minutes must not use up all tries.
 */
const mostFailures = 8;
const patienceMs = 15 * 60_000;
const longestPauseMs = 5 * 60_000;

export interface DeliveryWorker {
	deliveries: DeliveryStore;
	queue: Pick<Queue, 'wake'>;
	clock: Clock;
	log: Log;
	/** Acts on it and returns what came of it, for people. @throws Fault */
	process(delivery: Delivery): Promise<string>;
}

/**
 * Takes one stored delivery to its end, in the lane `delivery`. Settled once, whatever came of it: an effect, a refusal, nothing,
 * or a fault that trying again cannot mend or has not mended; a repeated wake finds nothing to do.
 * @throws Fault only when the store itself fails: the delivery stays unsettled, and the sweep finds it.
 */
export async function processDelivery(worker: DeliveryWorker, id: string): Promise<void> {
	const { deliveries, clock, log } = worker;
	const delivery = await deliveries.find(id);
	if (delivery === null) return;
	try {
		const note = await worker.process(delivery);
		await deliveries.settle(id, clock.now(), note);
		log.info({ delivery: id, event: delivery.event, note }, 'Delivery settled');
	} catch (error) {
		await handleFault(worker, delivery, error);
	}
}

async function handleFault(worker: DeliveryWorker, delivery: Delivery, error: unknown): Promise<void> {
	const { deliveries, clock, log } = worker;
	const { id, event } = delivery;
	const fault = error instanceof Fault ? error : null;
	// A rate limit names its own time and is no failure; the runs of others must not be paid for by this delivery.
	if (fault?.kind === 'delayed') return pause(worker, id, fault.retryAfterMs ?? 60_000);
	const message = error instanceof Error ? error.message : 'unknown error';
	const failures = await deliveries.countFailure(id, message);
	const spent = failures >= mostFailures && clock.now() - delivery.receivedAt >= patienceMs;
	if (fault?.kind === 'permanent' || spent) {
		await deliveries.settle(id, clock.now(), `given up after ${failures} tries: ${message}`);
		log.error({ err: error, delivery: id, event, failures }, 'Delivery given up');
		return;
	}
	log.warn({ err: error, delivery: id, event, failures }, 'Delivery failed; it will be tried again');
	await pause(worker, id, Math.min(longestPauseMs, 1000 * 2 ** failures));
}

async function pause(worker: DeliveryWorker, id: string, delayMs: number): Promise<void> {
	try {
		await worker.queue.wake({ lane: 'delivery', id }, delayMs);
	} catch (error) {
		worker.log.warn({ err: error, delivery: id }, 'Wake for a delivery failed; the sweep will find it');
	}
}

import type { Role } from '../core/role.ts';

/**
 * Which workers a wake is for: model roles have a lane each so that they can be scaled apart, all jobs of the host (verify,
 * publish, gate, approve, finishing) share one, and webhook deliveries have their own.
 */
export type Lane = Role | 'host' | 'delivery';

/** A wake carries ids and nothing else; it may be lost, doubled or late, and no harm comes of it. */
export interface Wake {
	lane: Lane;
	/** A run id, or in the lane `delivery` a delivery id. */
	id: string;
}

export interface Consumer {
	/** Stops taking wakes, aborts the handlers' signals, and resolves when all handlers have returned. */
	close(): Promise<void>;
}

/** The queue only wakes; the store is the truth. Adapters: memory and BullMQ, held to one contract suite. */
export interface Queue {
	/** Wakes as soon as a worker is free, or after `delayMs`. Wakes with the same lane and id that wait may be merged. */
	wake(wake: Wake, delayMs?: number): Promise<void>;
	/**
	 * Handles wakes of these lanes, at most `concurrency` at once in this process. A handler that rejects is logged and the wake
	 * is dropped: the handler itself is to schedule the next try.
	 */
	consume(
		lanes: readonly Lane[],
		concurrency: number,
		handler: (wake: Wake, signal: AbortSignal) => Promise<void>,
	): Consumer;
	/** Rejects when the queue does not answer within `timeoutMs`. */
	check(timeoutMs: number): Promise<void>;
	close(): Promise<void>;
}

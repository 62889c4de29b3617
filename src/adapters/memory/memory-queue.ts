import { dueTime } from '../../core/due-time.ts';
import { Fault } from '../../core/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Consumer, Lane, Queue, Wake } from '../../ports/queue.ts';

type Handler = (wake: Wake, signal: AbortSignal) => Promise<void>;

/**
 * The queue of a single process. Equal wakes that wait are one; a wake for an id whose handler runs is handled afterwards,
 * never beside it; lanes of one consumer take turns.
 */
export class MemoryQueue implements Queue {
	readonly #clock: Clock;
	readonly #log: Log;
	/** Waiting wakes by lane and id, in order of arrival. */
	readonly #waiting = new Map<Lane, Map<string, Wake>>();
	readonly #active = new Set<string>();
	readonly #appointments = new Set<string>();
	readonly #consumers = new Set<MemoryConsumer>();
	readonly #closing = new AbortController();

	constructor(clock: Clock, log: Log) {
		this.#clock = clock;
		this.#log = log;
	}

	async wake(wake: Wake, delayMs = 0): Promise<void> {
		this.#refuseWhenClosed();
		if (delayMs > 0) this.#wakeLater(wake, dueTime(this.#clock.now(), delayMs));
		else this.#wakeNow(wake);
	}

	consume(lanes: readonly Lane[], concurrency: number, handler: Handler): Consumer {
		this.#refuseWhenClosed();
		const consumer = new MemoryConsumer(lanes, concurrency, {
			take: (lane) => this.#take(lane),
			handle: (wake, signal) => this.#handle(handler, wake, signal),
			forget: () => this.#consumers.delete(consumer),
		});
		this.#consumers.add(consumer);
		consumer.fill();
		return consumer;
	}

	async check(): Promise<void> {
		this.#refuseWhenClosed();
	}

	async close(): Promise<void> {
		await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
		this.#closing.abort();
	}

	#refuseWhenClosed(): void {
		if (this.#closing.signal.aborted) throw new Fault('transient', 'the queue is closed');
	}

	#wakeLater(wake: Wake, due: number): void {
		const appointment = `${keyOf(wake)}@${due}`;
		if (this.#appointments.has(appointment)) return;
		this.#appointments.add(appointment);
		this.#clock
			.sleep(due - this.#clock.now(), this.#closing.signal)
			.then(() => this.#wakeNow(wake))
			.catch((error: unknown) => {
				if (!this.#closing.signal.aborted) this.#log.error({ ...wake, error }, 'A delayed wake was dropped');
			})
			.finally(() => this.#appointments.delete(appointment));
	}

	#wakeNow(wake: Wake): void {
		const lane = this.#waiting.get(wake.lane) ?? new Map<string, Wake>();
		this.#waiting.set(wake.lane, lane);
		if (!lane.has(wake.id)) lane.set(wake.id, wake);
		this.#offer();
	}

	#offer(): void {
		for (const consumer of this.#consumers) consumer.fill();
	}

	#take(lane: Lane): Wake | null {
		const waiting = this.#waiting.get(lane);
		if (waiting === undefined) return null;
		for (const wake of waiting.values()) {
			if (this.#active.has(keyOf(wake))) continue;
			waiting.delete(wake.id);
			this.#active.add(keyOf(wake));
			return wake;
		}
		return null;
	}

	async #handle(handler: Handler, wake: Wake, signal: AbortSignal): Promise<void> {
		try {
			await handler(wake, signal);
		} catch (error) {
			this.#log.error({ ...wake, error }, 'A wake failed and was dropped');
		}
		this.#active.delete(keyOf(wake));
		if (signal.aborted) this.#wakeNow(wake);
		this.#offer();
	}
}

interface Work {
	take(lane: Lane): Wake | null;
	handle(wake: Wake, signal: AbortSignal): Promise<void>;
	forget(): void;
}

class MemoryConsumer implements Consumer {
	readonly #lanes: Lane[];
	readonly #concurrency: number;
	readonly #work: Work;
	readonly #stop = new AbortController();
	readonly #running = new Set<Promise<void>>();

	constructor(lanes: readonly Lane[], concurrency: number, work: Work) {
		this.#lanes = [...lanes];
		this.#concurrency = concurrency;
		this.#work = work;
	}

	/** Takes wakes until all hands are full. */
	fill(): void {
		while (!this.#stop.signal.aborted && this.#running.size < this.#concurrency) {
			const wake = this.#next();
			if (wake === null) return;
			const run = Promise.resolve()
				.then(() => this.#work.handle(wake, this.#stop.signal))
				.finally(() => {
					this.#running.delete(run);
					this.fill();
				});
			this.#running.add(run);
		}
	}

	async close(): Promise<void> {
		this.#work.forget();
		this.#stop.abort(new Fault('cancelled', 'the worker is stopping'));
		await Promise.all(this.#running);
	}

	/** The lane that was served goes to the end of the line. */
	#next(): Wake | null {
		for (const [index, lane] of this.#lanes.entries()) {
			const wake = this.#work.take(lane);
			if (wake === null) continue;
			this.#lanes.push(...this.#lanes.splice(index, 1));
			return wake;
		}
		return null;
	}
}

function keyOf(wake: Wake): string {
	return `${wake.lane}/${wake.id}`;
}

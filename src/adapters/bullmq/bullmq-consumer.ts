import { DelayedError, type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Fault } from '../../core/fault.ts';
import type { Log } from '../../ports/log.ts';
import type { Consumer, Lane, Wake } from '../../ports/queue.ts';
import type { WakeJob } from './wake-job.ts';
import { withTimeout } from './with-timeout.ts';

/** A worker that died is noticed after at most lock + interval; the lock is renewed at half its time. */
const lockMs = 20_000;
const stalledCheckMs = 10_000;
/** A wake outlives this many deaths of its workers; after that the sweep over unfinished runs brings it back. */
const stalls = 5;
/** When all hands are full, a wake goes back for this long, so that another process can take it. */
const giveBackMs = 200;
const closeMs = 3_000;

export interface BullmqConsumerOptions {
	url: string;
	prefix: string;
	lanes: readonly Lane[];
	concurrency: number;
	handler(wake: Wake, signal: AbortSignal): Promise<void>;
	log: Log;
	wake(wake: Wake): Promise<void>;
	queueName(lane: Lane): string;
	forget(): void;
}

/** One BullMQ worker per lane, with one limit over all of them. */
export class BullmqConsumer implements Consumer {
	readonly #options: BullmqConsumerOptions;
	readonly #redis: Redis;
	readonly #workers: Worker<WakeJob>[];
	readonly #stop = new AbortController();
	readonly #running = new Set<Promise<void>>();
	#busy = 0;
	#closed: Promise<void> | null = null;

	constructor(options: BullmqConsumerOptions) {
		this.#options = options;
		// Only a template: each worker opens connections of its own, which wait for as long as Redis is away.
		this.#redis = new Redis(options.url, { lazyConnect: true, maxRetriesPerRequest: null });
		this.#workers = options.lanes.map((lane) => this.#startWorker(lane));
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	#startWorker(lane: Lane): Worker<WakeJob> {
		const worker = new Worker<WakeJob>(
			this.#options.queueName(lane),
			(job, token, signal) => this.#process(lane, job, token, signal),
			{
				connection: this.#redis,
				prefix: this.#options.prefix,
				concurrency: this.#options.concurrency,
				lockDuration: lockMs,
				stalledInterval: stalledCheckMs,
				maxStalledCount: stalls,
				runRetryDelay: 1_000,
				removeOnComplete: { count: 0 },
				removeOnFail: { count: 0 },
			},
		);
		worker.on('error', (error) => this.#options.log.warn({ lane, error: error.message }, 'Queue worker failed'));
		worker.on('lockRenewalFailed', (ids) => {
			for (const id of ids) worker.cancelJob(id, 'the queue gave the wake to another worker');
		});
		return worker;
	}

	async #process(lane: Lane, job: Job<WakeJob>, token = '', signal?: AbortSignal): Promise<void> {
		const wake: Wake = { lane, id: job.data.id };
		if (job.data.kind === 'later') {
			await this.#options.wake(wake);
			return;
		}
		if (this.#busy >= this.#options.concurrency || this.#stop.signal.aborted) {
			await job.moveToDelayed(Date.now() + giveBackMs, token);
			throw new DelayedError();
		}
		this.#take();
		const run = this.#handle(wake, AbortSignal.any(signal ? [signal, this.#stop.signal] : [this.#stop.signal]));
		this.#running.add(run);
		await run;
		this.#running.delete(run);
		await this.#free(wake);
	}

	async #handle(wake: Wake, signal: AbortSignal): Promise<void> {
		try {
			await this.#options.handler(wake, signal);
		} catch (error) {
			this.#options.log.error({ ...wake, error }, 'A wake failed and was dropped');
		}
	}

	/** Workers of other lanes rest while all hands are full; one lane alone is limited by its own worker. */
	#take(): void {
		this.#busy++;
		if (this.#busy < this.#options.concurrency || this.#workers.length === 1) return;
		for (const worker of this.#workers) void worker.pause(true);
	}

	async #free(wake: Wake): Promise<void> {
		this.#busy--;
		if (this.#stop.signal.aborted) {
			// What was broken off goes on in another process at once; if Redis is away, the sweep finds it.
			await this.#options.wake(wake).catch(() => {});
			return;
		}
		for (const worker of this.#workers) if (worker.isPaused()) void worker.resume();
	}

	async #close(): Promise<void> {
		this.#stop.abort(new Fault('cancelled', 'the worker is stopping'));
		const closing = this.#workers.map((worker) => worker.close());
		await Promise.all(this.#running);
		try {
			await withTimeout(Promise.all(closing), closeMs, 'the queue did not let go');
		} catch {
			// Redis is away: its connections would wait for it for ever.
			await Promise.allSettled(this.#workers.map((worker) => withTimeout(worker.disconnect(), closeMs, 'no end')));
		}
		this.#redis.disconnect();
		this.#options.forget();
	}
}

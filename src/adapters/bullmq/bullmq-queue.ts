import { once } from 'node:events';
import { Queue as BullQueue } from 'bullmq';
import { Redis } from 'ioredis';
import { dueTime } from '../../core/due-time.ts';
import { Fault } from '../../core/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Consumer, Lane, Queue, Wake } from '../../ports/queue.ts';
import { BullmqConsumer } from './bullmq-consumer.ts';
import type { WakeJob } from './wake-job.ts';
import { withTimeout } from './with-timeout.ts';

/** How long a wake may take before it is given up; GitHub wants an answer within 10 s, we promise 2 s. */
const wakeMs = 1_500;
const connectMs = 2_000;

/**
 * The queue over Redis, shared by any number of processes: one BullMQ queue per lane, so that roles can be scaled apart. A job
 * leaves nothing behind in Redis. `url` is `redis[s]://[user:password@]host:port[/db]`; `prefix` keeps factories apart that share a Redis.
 * @throws Fault permanent when `url` is none of Redis.
 */
export class BullmqQueue implements Queue {
	readonly #url: string;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #prefix: string;
	readonly #redis: Redis;
	readonly #lanes = new Map<Lane, BullQueue<WakeJob>>();
	readonly #consumers = new Set<BullmqConsumer>();
	#lastError = '';

	constructor(options: { url: string; clock: Clock; log: Log; prefix?: string }) {
		if (!URL.canParse(options.url) || !/^rediss?:$/.test(new URL(options.url).protocol)) {
			throw new Fault('permanent', 'REDIS_URL is not of the form redis://user:password@host:6379');
		}
		this.#url = options.url;
		this.#clock = options.clock;
		this.#log = options.log;
		this.#prefix = options.prefix ?? 'dark-factory';
		// Without an offline queue a command fails at once while Redis is away, instead of waiting for ever.
		this.#redis = new Redis(this.#url, {
			enableOfflineQueue: false,
			maxRetriesPerRequest: null,
			connectTimeout: connectMs,
			retryStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 6), 2_000),
		});
		this.#redis.on('error', (error) => this.#logError(error));
		this.#redis.on('ready', () => {
			this.#lastError = '';
		});
	}

	/** @throws Fault transient when Redis does not take it in time. */
	async wake(wake: Wake, delayMs = 0): Promise<void> {
		const job = delayMs > 0 ? this.#wakeLater(wake, delayMs) : this.#wakeNow(wake);
		try {
			await withTimeout(job, wakeMs, 'the queue did not take a wake');
		} catch (error) {
			if (error instanceof Fault) throw error;
			throw new Fault('transient', `the queue does not take wakes: ${textOf(error)}`);
		}
	}

	consume(
		lanes: readonly Lane[],
		concurrency: number,
		handler: (wake: Wake, signal: AbortSignal) => Promise<void>,
	): Consumer {
		const consumer = new BullmqConsumer({
			url: this.#url,
			prefix: this.#prefix,
			lanes,
			concurrency,
			handler,
			log: this.#log,
			wake: (wake) => this.wake(wake),
			queueName,
			forget: () => this.#consumers.delete(consumer),
		});
		this.#consumers.add(consumer);
		return consumer;
	}

	async check(timeoutMs: number): Promise<void> {
		try {
			await withTimeout(this.#ping(timeoutMs), timeoutMs, 'Redis did not answer');
		} catch (error) {
			if (error instanceof Fault) throw error;
			throw new Fault('transient', `Redis does not answer: ${textOf(error)}`);
		}
	}

	async close(): Promise<void> {
		await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
		for (const queue of this.#lanes.values()) await queue.close();
		this.#redis.disconnect();
	}

	/** Waits for a connection that is still being made: without an offline queue the command would fail. */
	async #ping(timeoutMs: number): Promise<void> {
		if (this.#redis.status === 'connecting' || this.#redis.status === 'connect') {
			await once(this.#redis, 'ready', { signal: AbortSignal.timeout(timeoutMs) });
		}
		await this.#redis.ping();
	}

	/** `keepLastIfActive`: merged with a waiting job of the same id; kept until afterwards when that id is being handled. */
	async #wakeNow({ lane, id }: Wake): Promise<void> {
		const deduplication = { id, keepLastIfActive: true };
		await this.#lane(lane).add('now', { kind: 'now', id }, { deduplication });
	}

	async #wakeLater({ lane, id }: Wake, delayMs: number): Promise<void> {
		const now = this.#clock.now();
		const due = dueTime(now, delayMs);
		const retry = { attempts: 20, backoff: { type: 'fixed', delay: 1_000 } };
		const deduplication = { id: `${id}@${due}` };
		await this.#lane(lane).add('later', { kind: 'later', id }, { delay: due - now, deduplication, ...retry });
	}

	#lane(lane: Lane): BullQueue<WakeJob> {
		const known = this.#lanes.get(lane);
		if (known !== undefined) return known;
		const queue = new BullQueue<WakeJob>(queueName(lane), {
			connection: this.#redis,
			prefix: this.#prefix,
			defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
			streams: { events: { maxLen: 100 } },
		});
		queue.on('error', (error) => this.#logError(error));
		// A queue whose first connection broke halfway stays broken: the next wake makes another.
		queue.waitUntilReady().catch(() => this.#lanes.delete(lane));
		this.#lanes.set(lane, queue);
		return queue;
	}

	/** Once per outage. Only the message: an error of Redis carries the command, which may be AUTH with the password. */
	#logError(error: unknown): void {
		const text = textOf(error);
		if (text === this.#lastError) return;
		this.#lastError = text;
		this.#log.warn({ error: text }, 'Redis connection failed');
	}
}

function queueName(lane: Lane): string {
	return `wake-${lane}`;
}

function textOf(error: unknown): string {
	if (!(error instanceof Error)) return 'unknown error';
	const code = 'code' in error ? String(error.code) : '';
	return error.message || code || error.name;
}

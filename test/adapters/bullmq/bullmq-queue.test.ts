import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BullmqQueue } from '../../../src/adapters/bullmq/bullmq-queue.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { queueContract } from '../../contracts/queue.ts';
import { freePort } from '../../support/free-port.ts';
import { keptLog } from '../../support/kept-log.ts';
import { type RedisServer, redisMissing, startRedis } from '../../support/redis-server.ts';

describe.skipIf(redisMissing)('the queue over Redis', () => {
	let redis: RedisServer;

	beforeAll(async () => {
		redis = await startRedis();
	});
	afterAll(() => redis.stop());

	function open(log = keptLog(), url = redis.url): BullmqQueue {
		return new BullmqQueue({ url, clock: systemClock, log, prefix: `test-${randomUUID()}` });
	}

	queueContract(async (log) => open(log));

	it('leaves no job behind in Redis', async () => {
		const prefix = `test-${randomUUID()}`;
		const queue = new BullmqQueue({ url: redis.url, clock: systemClock, log: keptLog(), prefix });
		let handled = 0;
		queue.consume(['plan'], 2, async () => {
			handled++;
			if (handled % 2 === 0) throw new Error('broken on purpose');
		});
		for (let index = 0; index < 10; index++) await queue.wake({ lane: 'plan', id: `r${index}` });
		await queue.wake({ lane: 'plan', id: 'r0' }, 100);
		await vi.waitFor(() => expect(handled).toBe(11), { timeout: 10_000 });
		await queue.close();
		const client = new Redis(redis.url);
		const keys = (await client.keys(`${prefix}:*`)).map((key) => key.split(':').slice(2).join(':'));
		client.disconnect();
		expect(keys.filter((key) => !['events', 'id', 'meta', 'marker', 'stalled-check'].includes(key))).toEqual([]);
	});

	it('shares the work between processes that each have their hands full', async () => {
		const prefix = `test-${randomUUID()}`;
		const options = { url: redis.url, clock: systemClock, log: keptLog(), prefix };
		const [one, two] = [new BullmqQueue(options), new BullmqQueue(options)];
		const held = Promise.withResolvers<void>();
		const seen: string[] = [];
		for (const [name, queue] of [
			['one', one],
			['two', two],
		] as const) {
			queue.consume(['plan', 'review'], 1, async (wake) => {
				seen.push(`${wake.lane}/${wake.id}`);
				if (wake.lane === 'plan') await held.promise;
				return void name;
			});
		}
		await one.wake({ lane: 'plan', id: 'long' });
		await vi.waitFor(() => expect(seen).toEqual(['plan/long']), { timeout: 10_000 });
		for (let index = 0; index < 5; index++) await one.wake({ lane: 'review', id: `r${index}` });
		await vi.waitFor(() => expect(seen).toHaveLength(6), { timeout: 10_000 });
		held.resolve();
		await Promise.all([one.close(), two.close()]);
	});

	it('refuses wakes at once while Redis is away and works again when it is back', async () => {
		const own = await startRedis();
		const log = keptLog();
		const queue = open(log, own.url);
		const seen: string[] = [];
		queue.consume(['plan', 'delivery'], 2, async (wake) => void seen.push(wake.id));
		await queue.wake({ lane: 'plan', id: 'before' });
		await vi.waitFor(() => expect(seen).toEqual(['before']), { timeout: 10_000 });
		await own.stop();
		await expect(queue.wake({ lane: 'plan', id: 'during' })).rejects.toMatchObject({
			name: 'Fault',
			kind: 'transient',
		});
		await expect(queue.wake({ lane: 'host', id: 'during' })).rejects.toMatchObject({
			name: 'Fault',
			kind: 'transient',
		});
		await expect(queue.check(500)).rejects.toMatchObject({ name: 'Fault', kind: 'transient' });
		const again = await startRedis({ port: own.port });
		await vi.waitFor(() => queue.check(500), { timeout: 10_000 });
		await vi.waitFor(() => queue.wake({ lane: 'delivery', id: 'after' }), { timeout: 10_000 });
		await vi.waitFor(() => expect(seen).toContain('after'), { timeout: 20_000 });
		await queue.close();
		await again.stop();
	});

	it('starts, refuses and closes when there is no Redis at all, without a word of the password', async () => {
		const log = keptLog();
		const queue = open(log, `redis://factory:hunter2hunter2@127.0.0.1:${await freePort()}`);
		queue.consume(['plan'], 1, async () => {});
		const refusal = await queue.wake({ lane: 'plan', id: 'r1' }).catch((error: unknown) => error);
		expect(refusal).toMatchObject({ name: 'Fault', kind: 'transient' });
		await queue.close();
		expect(log.lines.length).toBeGreaterThan(0);
		expect(JSON.stringify([log.lines, String(refusal)])).not.toContain('hunter2');
	});
});

describe('the address of Redis', () => {
	it('is refused without being repeated when it is none', () => {
		const options = { clock: systemClock, log: keptLog() };
		for (const url of ['', 'localhost:6379', 'http://me:hunter2@host']) {
			expect(() => new BullmqQueue({ ...options, url })).toThrowError(/^REDIS_URL is not of the form/);
		}
	});
});

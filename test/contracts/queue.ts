import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Queue, Wake } from '../../src/ports/queue.ts';
import { type KeptLog, keptLog } from '../support/kept-log.ts';

/** A handler's run that the test ends. */
interface Open {
	wake: Wake;
	signal: AbortSignal;
	finish(): void;
}

/** A handler that stays in each wake until the test lets it go. */
function gate() {
	const open: Open[] = [];
	const seen: string[] = [];
	async function handler(wake: Wake, signal: AbortSignal): Promise<void> {
		seen.push(`${wake.lane}/${wake.id}`);
		const held = Promise.withResolvers<void>();
		open.push({ wake, signal, finish: () => held.resolve() });
		await held.promise;
	}
	function finishAll(): void {
		for (const run of open.splice(0)) run.finish();
	}
	return { open, seen, handler, finishAll };
}

/** Waits for something that must come about. */
function until(expectation: () => void): Promise<void> {
	return vi.waitFor(expectation, { timeout: 10_000, interval: 10 });
}

/** Long enough for a wake that must not be handled to be handled nevertheless. */
const whileMs = 300;

/** What every queue promises. `open` gives one that no other test shares; the suite closes it. */
export function queueContract(open: (log: KeptLog) => Promise<Queue>): void {
	let queue: Queue;
	let log: KeptLog;
	const gates: ReturnType<typeof gate>[] = [];

	function gated() {
		const made = gate();
		gates.push(made);
		return made;
	}

	beforeEach(async () => {
		log = keptLog();
		queue = await open(log);
	});

	afterEach(async () => {
		const closing = queue.close();
		const release = setInterval(() => {
			for (const made of gates) made.finishAll();
		}, 10);
		await closing;
		clearInterval(release);
		gates.length = 0;
	});

	it('hands over a wake that waited and one that came later', async () => {
		const { handler, seen, finishAll } = gated();
		await queue.wake({ lane: 'plan', id: 'r1' });
		queue.consume(['plan'], 2, handler);
		await until(() => expect(seen).toEqual(['plan/r1']));
		await queue.wake({ lane: 'plan', id: 'r2' });
		await until(() => expect(seen).toEqual(['plan/r1', 'plan/r2']));
		finishAll();
	});

	it('hands a lane only to those who asked for it', async () => {
		const plans = gated();
		const deliveries = gated();
		queue.consume(['plan'], 2, plans.handler);
		queue.consume(['delivery', 'host'], 2, deliveries.handler);
		await queue.wake({ lane: 'delivery', id: 'd1' });
		await queue.wake({ lane: 'plan', id: 'r1' });
		await queue.wake({ lane: 'review', id: 'r1' });
		await until(() => expect([plans.seen, deliveries.seen]).toEqual([['plan/r1'], ['delivery/d1']]));
		await sleep(whileMs);
		expect([plans.seen, deliveries.seen]).toEqual([['plan/r1'], ['delivery/d1']]);
	});

	it('takes ids of digits, with colons, dashes and capitals', async () => {
		const { handler, seen } = gated();
		const ids = ['12345', 'a:b', '0', '72d3162e-CC78-11e3-81ab-4c9367dc0958'];
		for (const id of ids) await queue.wake({ lane: 'delivery', id });
		queue.consume(['delivery'], 9, handler);
		await until(() => expect(seen).toEqual(ids.map((id) => `delivery/${id}`)));
	});

	it('merges equal wakes that wait', async () => {
		const { handler, seen, open: runs } = gated();
		queue.consume(['plan'], 1, handler);
		await queue.wake({ lane: 'plan', id: 'busy' });
		await until(() => expect(runs).toHaveLength(1));
		for (let time = 0; time < 10; time++) await queue.wake({ lane: 'plan', id: 'r1' });
		await queue.wake({ lane: 'plan', id: 'r2' });
		runs.shift()?.finish();
		await until(() => expect(runs).toHaveLength(1));
		runs.shift()?.finish();
		await until(() => expect(runs).toHaveLength(1));
		expect(seen).toEqual(['plan/busy', 'plan/r1', 'plan/r2']);
		runs.shift()?.finish();
		await sleep(whileMs);
		expect(seen).toHaveLength(3);
	});

	it('handles a wake that comes while its id is being handled once more, afterwards and not beside it', async () => {
		const { handler, seen, open: runs } = gated();
		queue.consume(['plan'], 4, handler);
		await queue.wake({ lane: 'plan', id: 'r1' });
		await until(() => expect(runs).toHaveLength(1));
		for (let time = 0; time < 3; time++) await queue.wake({ lane: 'plan', id: 'r1' });
		await sleep(whileMs);
		expect(seen).toEqual(['plan/r1']);
		runs.shift()?.finish();
		await until(() => expect(runs).toHaveLength(1));
		runs.shift()?.finish();
		await sleep(whileMs);
		expect(seen).toEqual(['plan/r1', 'plan/r1']);
	});

	it('does not lose a wake that a handler sends to its own id', async () => {
		let left = 5;
		queue.consume(['plan'], 2, async (wake) => {
			left--;
			if (left > 0) await queue.wake(wake);
		});
		await queue.wake({ lane: 'plan', id: 'r1' });
		await until(() => expect(left).toBe(0));
	});

	it('keeps to its concurrency over all its lanes and gets through everything', async () => {
		let running = 0;
		let most = 0;
		const done = new Set<string>();
		queue.consume(['plan', 'review', 'delivery'], 3, async (wake) => {
			most = Math.max(most, ++running);
			await sleep(5);
			running--;
			done.add(`${wake.lane}/${wake.id}`);
		});
		const wakes = (['plan', 'review', 'delivery'] as const).flatMap((lane) =>
			Array.from({ length: 12 }, (_, index) => ({ lane, id: `r${index}` })),
		);
		await Promise.all(wakes.map((wake) => queue.wake(wake)));
		await until(() => expect(done.size).toBe(wakes.length));
		expect(most).toBe(3);
	});

	it('does not let one busy lane starve another', async () => {
		const order: string[] = [];
		for (let index = 0; index < 60; index++) await queue.wake({ lane: 'delivery', id: `d${index}` });
		await queue.wake({ lane: 'plan', id: 'r1' });
		queue.consume(['delivery', 'plan'], 1, async (wake) => {
			order.push(wake.lane);
			await sleep(20);
		});
		await until(() => expect(order).toContain('plan'));
		expect(order.length).toBeLessThan(60);
	});

	it('logs a handler that rejects, drops its wake and goes on', async () => {
		const seen: string[] = [];
		queue.consume(['plan'], 1, async (wake) => {
			seen.push(wake.id);
			if (wake.id === 'bad') throw new Error('broken on purpose');
		});
		await queue.wake({ lane: 'plan', id: 'bad' });
		await queue.wake({ lane: 'plan', id: 'good' });
		await until(() => expect(seen).toEqual(['bad', 'good']));
		await queue.wake({ lane: 'plan', id: 'bad' });
		await until(() => expect(seen).toEqual(['bad', 'good', 'bad']));
		const failures = log.lines.filter((line) => line.level === 'error');
		expect(failures[0]).toMatchObject({
			fields: { lane: 'plan', id: 'bad' },
			message: 'A wake failed and was dropped',
		});
	});

	describe('delays', () => {
		it('waits at least as long as asked, and does not hold up others', async () => {
			const at = new Map<string, number>();
			queue.consume(['plan'], 2, async (wake) => {
				at.set(wake.id, performance.now());
			});
			const start = performance.now();
			await queue.wake({ lane: 'plan', id: 'later' }, 400);
			await queue.wake({ lane: 'plan', id: 'now' });
			await until(() => expect([...at.keys()]).toEqual(['now', 'later']));
			// Both clocks are rounded to whole milliseconds.
			expect((at.get('later') ?? 0) - start).toBeGreaterThanOrEqual(399);
		});

		it('keeps an appointment although the same id is woken before it', async () => {
			let handled = 0;
			queue.consume(['plan'], 2, async () => {
				handled++;
			});
			await queue.wake({ lane: 'plan', id: 'r1' }, 500);
			await queue.wake({ lane: 'plan', id: 'r1' });
			await until(() => expect(handled).toBe(1));
			await until(() => expect(handled).toBe(2));
		});

		it('is not postponed by a later appointment for the same id', async () => {
			let handled = 0;
			queue.consume(['plan'], 2, async () => {
				handled++;
			});
			await queue.wake({ lane: 'plan', id: 'r1' }, 200);
			await queue.wake({ lane: 'plan', id: 'r1' }, 3_600_000);
			await until(() => expect(handled).toBe(1));
		});
	});

	describe('closing', () => {
		it('aborts the handlers, waits for them and takes nothing more', async () => {
			const { handler, seen, open: runs } = gated();
			const consumer = queue.consume(['plan', 'review'], 1, handler);
			await queue.wake({ lane: 'plan', id: 'r1' });
			await until(() => expect(runs).toHaveLength(1));
			let closed = false;
			const closing = consumer.close().then(() => {
				closed = true;
			});
			await until(() => expect(runs[0]?.signal.aborted).toBe(true));
			expect(runs[0]?.signal.reason).toMatchObject({ name: 'Fault', kind: 'cancelled' });
			await queue.wake({ lane: 'review', id: 'r2' });
			await sleep(whileMs);
			expect(closed).toBe(false);
			runs.shift()?.finish();
			await closing;
			await sleep(whileMs);
			expect(seen).toEqual(['plan/r1']);
		});

		it('leaves what was broken off and what waited to the next consumer', async () => {
			const first = gated();
			const consumer = queue.consume(['plan'], 1, first.handler);
			await queue.wake({ lane: 'plan', id: 'r1' });
			await until(() => expect(first.open).toHaveLength(1));
			await queue.wake({ lane: 'plan', id: 'r2' });
			const closing = consumer.close();
			first.finishAll();
			await closing;
			const second = gated();
			queue.consume(['plan'], 4, second.handler);
			await until(() => expect([...second.seen].sort()).toEqual(['plan/r1', 'plan/r2']));
		});

		it('resolves at once when nothing runs, also twice', async () => {
			const consumer = queue.consume(['plan'], 1, async () => {});
			await Promise.all([consumer.close(), consumer.close()]);
			await consumer.close();
		});

		it('refuses wakes and checks afterwards', async () => {
			await expect(queue.check(2_000)).resolves.toBeUndefined();
			await queue.close();
			await expect(queue.wake({ lane: 'plan', id: 'r1' })).rejects.toMatchObject({ name: 'Fault', kind: 'transient' });
			await expect(queue.check(2_000)).rejects.toMatchObject({ name: 'Fault', kind: 'transient' });
		});
	});
}

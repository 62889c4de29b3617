import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';

it('sleeps at least as long as asked', async () => {
	const start = Date.now();
	await systemClock.sleep(60);
	expect(Date.now() - start).toBeGreaterThanOrEqual(60);
});

it('rejects with the reason of the signal, before and while sleeping', async () => {
	const reason = new Error('stop');
	const stop = new AbortController();
	const sleeping = systemClock.sleep(60_000, stop.signal);
	stop.abort(reason);
	await expect(sleeping).rejects.toBe(reason);
	await expect(systemClock.sleep(60_000, stop.signal)).rejects.toBe(reason);
});

it('does not take a sleep of many days for one of a millisecond', async () => {
	const stop = new AbortController();
	const sleeping = systemClock.sleep(60 * 86_400_000, stop.signal);
	const first = await Promise.race([sleeping.then(() => 'woke'), systemClock.sleep(100).then(() => 'still asleep')]);
	stop.abort();
	await expect(sleeping).rejects.toThrow();
	expect(first).toBe('still asleep');
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** Longest delay of a Node timer; a longer one fires at once (https://nodejs.org/api/timers.html). */
const longestTimerMs = 2_147_483_647;

export const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		const end = Date.now() + ms;
		for (let left = ms; left > 0; left = end - Date.now()) {
			await wait(Math.min(left, longestTimerMs), signal);
		}
		signal?.throwIfAborted();
	},
};

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
	try {
		await sleep(ms, undefined, signal === undefined ? {} : { signal });
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	}
}

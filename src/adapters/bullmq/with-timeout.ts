import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/fault.ts';

/** The promise's result, or a transient fault after `ms`. The promise itself goes on; its later rejection is ignored. */
export async function withTimeout<T>(promise: Promise<T>, ms: number, message: string): Promise<T> {
	const stop = new AbortController();
	const late = sleep(ms, undefined, { signal: stop.signal }).then(() => {
		throw new Fault('transient', `${message} within ${ms} ms`);
	});
	late.catch(() => {});
	promise.catch(() => {});
	try {
		return await Promise.race([promise, late]);
	} finally {
		stop.abort();
	}
}

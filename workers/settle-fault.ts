import { Fault } from '../src/core/fault.ts';
import type { JournalEvent } from '../src/core/journal.ts';

/** First pause after a fault, ms; doubled each time. */
const firstPauseMs = 2_000;
const longestPauseMs = 5 * 60_000;
const shown = 2_000;

/**
 * The one map from faults to what becomes of a job: tried again soon, tried again when the other side allows it, or failed.
 * @param faults how many faults of this round counted before this one.
 * @throws the error itself when it is `fenced`: this worker may not write any more.
 */
export function settleFault(error: unknown, job: string, faults: number, retries: number, now: number): JournalEvent[] {
	const fault = error instanceof Fault ? error : new Fault('transient', describe(error), { cause: error });
	const message = fault.message.slice(0, shown);
	switch (fault.kind) {
		case 'fenced':
			throw fault;
		case 'cancelled':
			return [];
		case 'delayed':
			return [{ type: 'job.faulted', job, fault: fault.kind, message, retryAt: now + (fault.retryAfterMs ?? 60_000) }];
		case 'permanent':
			return failed(job, fault.kind, message);
		case 'transient': {
			if (faults >= retries) return failed(job, fault.kind, message);
			const retryAt = now + Math.min(longestPauseMs, firstPauseMs * 2 ** faults);
			return [{ type: 'job.faulted', job, fault: fault.kind, message, retryAt }];
		}
	}
}

function failed(job: string, fault: string, message: string): JournalEvent[] {
	return [
		{ type: 'job.faulted', job, fault, message, retryAt: null },
		{ type: 'job.ended', job, outcome: 'failed', reason: message, outputs: {} },
	];
}

function describe(error: unknown): string {
	return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

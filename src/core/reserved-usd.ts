import type { JournalEntry } from './journal.ts';
import type { JobState } from './run-state.ts';

/**
 * US dollars set aside besides what is known to be spent: the most that calls in flight may cost, and that replies did cost whose
 * provider told no usage. Calls lost in a crash or a broken stream are left out: most were never charged.
 */
export function reservedUsd(state: {
	entries: readonly JournalEntry[];
	jobs: ReadonlyMap<string, Pick<JobState, 'status' | 'startedSeq'>>;
}): number {
	const open = new Map<string, { seq: number; usd: number }>();
	let unknown = 0;
	for (const { seq, event } of state.entries) {
		if (event.type === 'model.requested') open.set(event.job, { seq, usd: event.reservedUsd ?? 0 });
		if (event.type === 'model.responded' && event.usd === null) unknown += open.get(event.job)?.usd ?? 0;
		if (event.type === 'model.responded' || event.type === 'model.failed') open.delete(event.job);
	}
	for (const [id, { seq, usd }] of open) {
		const job = state.jobs.get(id);
		if (job?.status === 'running' && seq > job.startedSeq) unknown += usd;
	}
	return unknown;
}

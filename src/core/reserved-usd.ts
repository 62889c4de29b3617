import type { JournalEntry } from './journal.ts';
import type { JobState } from './run-state.ts';

interface Reserving {
	/** Only ever appended to. */
	entries: readonly JournalEntry[];
	jobs: ReadonlyMap<string, Pick<JobState, 'status' | 'startedSeq'>>;
}

/**
 * US dollars set aside besides what is known to be spent: the most that calls in flight may cost, and that replies did cost whose
 * provider told no usage. Calls lost in a crash or a broken stream are left out: most were never charged.
 */
export function reservedUsd(state: Reserving): number {
	return createReservations(state)();
}

/** The same, asked again and again as the journal grows: each entry is read once. */
export function createReservations(state: Reserving): () => number {
	const open = new Map<string, { seq: number; usd: number }>();
	let unknown = 0;
	let read = 0;

	function take({ seq, event }: JournalEntry): void {
		if (event.type === 'model.requested') open.set(event.job, { seq, usd: event.reservedUsd ?? 0 });
		if (event.type === 'model.responded' && event.usd === null) unknown += open.get(event.job)?.usd ?? 0;
		if (event.type === 'model.responded' || event.type === 'model.failed') open.delete(event.job);
	}

	return () => {
		for (let entry = state.entries[read]; entry !== undefined; entry = state.entries[read]) {
			take(entry);
			read += 1;
		}
		let reserved = unknown;
		for (const [id, { seq, usd }] of open) {
			const job = state.jobs.get(id);
			if (job?.status === 'running' && seq > job.startedSeq) reserved += usd;
		}
		return reserved;
	};
}

import type { Evidence } from './evidence.ts';
import type { Feedback } from './feedback.ts';
import type { Frozen } from './frozen.ts';
import type { JournalEntry } from './journal.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { Signal, SignalName } from './signal.ts';
import type { Usage } from './usage.ts';

export type JobStatus = 'pending' | 'running' | 'waiting' | 'faulted' | 'ended' | 'skipped';

/** One vertex of the run's workflow, as far as the journal tells. */
export interface JobState {
	id: string;
	status: JobStatus;
	/** Grows by one whenever a later job sends the work back to here or before here; starts at 1. */
	round: number;
	/** Starts within this round, resumptions after a crash included. */
	attempt: number;
	/** Faults within this round that count towards the limit (not those that were delayed). */
	faults: number;
	retryAt: number | null;
	/** The newest wait of this round, kept when the job starts again; signals after `seq` are new to it. */
	waiting: { signals: SignalName[]; until: number | null; reason: string; seq: number } | null;
	outcome: Outcome | null;
	reason: string;
	/** Of the last finished round; kept while a new round runs, so that it can build on them. */
	outputs: Record<string, Json>;
	/** Everything that was ever sent back to this job, oldest first. */
	feedback: Feedback[];
	startedAt: number | null;
	/** Sequence number of the newest `job.started`; 0 before the first. */
	startedSeq: number;
	endedAt: number | null;
	/** Sequence number of the entry that opened this round; entries of the round come after it. */
	roundSeq: number;
	/** Sums over all rounds. */
	usage: Usage;
	/** US dollars of priced calls. */
	usd: number;
	/** Calls without a known price. */
	unpriced: number;
	turns: number;
	/** Wall time in ms spent between starts and ends. */
	wallMs: number;
	/** The arm that answered last, `provider/model`. */
	arm: string | null;
}

/** Everything known of a run: a fold over its journal. */
export interface RunState {
	id: string;
	frozen: Frozen;
	createdAt: number;
	lastSeq: number;
	lastAt: number;
	status: 'active' | 'ended' | 'closed';
	outcome: Outcome | null;
	reason: string;
	/** By job id, in the workflow's order; jobs without an event are `pending`. */
	jobs: Map<string, JobState>;
	/** How often work was sent back to `implement`. */
	repairRounds: number;
	signals: { seq: number; id: string; signal: Signal }[];
	/** Results of finished effects by key, and keys that were announced and not finished. */
	effects: Map<string, Json>;
	intended: Set<string>;
	evidence: Evidence | null;
	usage: Usage;
	usd: number;
	unpriced: number;
	entries: JournalEntry[];
}

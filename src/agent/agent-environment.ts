import type { Arm } from '../core/arm.ts';
import type { JournalEntry, JournalEvent } from '../core/journal.ts';
import type { Catalogue } from '../ports/catalogue.ts';
import type { Clock } from '../ports/clock.ts';
import type { ModelDelta, Models } from '../ports/model.ts';

/** The limits of one job; whichever is met first stops it. */
export interface AgentBudget {
	/** US dollars that the next call may still spend, what other calls in flight may cost set aside. Asked before every call. */
	remainingUsd(): number;
	/** The part of them that is kept for a last call, which has to submit. */
	keptUsd: number;
	/** Replies of a model in this job and round. */
	turns: number;
	/** Milliseconds since 1970. */
	deadline: number;
	/** What to do with a model without a known price. */
	unpricedModels: 'refuse' | 'allow';
}

/** Everything that `runAgent` needs besides the task. Built by the host, once per start of a job. */
export interface AgentEnvironment {
	run: string;
	job: string;
	round: number;
	/** In order of preference. The next one is taken only while no reply was accepted in this round. */
	arms: readonly Arm[];
	models: Models;
	catalogue: Catalogue;
	/** Entries of this job and round, in order: what an earlier start of the same round already did. */
	history: readonly JournalEntry[];
	/** The number of the last turn of earlier agents in this job and round, so that a turn is never numbered twice. */
	turnsBefore: number;
	/** Appends to the journal, in order and so that it outlives this process (a power cut may take an agent's newest steps back). Rejects when this worker lost the run. */
	record(events: JournalEvent[]): Promise<void>;
	clock: Clock;
	/** Aborted: `runAgent` rejects with the signal's reason; a later start goes on from the journal. */
	signal: AbortSignal;
	budget: AgentBudget;
	/** Live progress; never needed for the result. */
	onDelta?: (delta: ModelDelta) => void;
}

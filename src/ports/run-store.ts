import type { JournalEntry, JournalEvent } from '../core/journal.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Signal } from '../core/signal.ts';
import type { RepositoryName, Subject } from '../core/subject.ts';

/** The right to append to one run, until `expiresAt`. A newer lease fences an older one, whatever its clock says. */
export interface Lease {
	run: string;
	owner: string;
	/** Grows with every acquisition; an append under an older number is refused. */
	fence: number;
	expiresAt: number;
}

/** What lists and limits need to know of a run without reading its journal. */
export interface RunRow {
	id: string;
	repository: RepositoryName;
	subject: Subject;
	workflow: string;
	requester: string;
	/** `closed` once nothing is left to do, not even on GitHub. */
	status: 'active' | 'ended' | 'closed';
	outcome: Outcome | null;
	createdAt: number;
	updatedAt: number;
	/** Sum of the priced model calls, US dollars. */
	usd: number;
}

export interface NewRun {
	id: string;
	repository: RepositoryName;
	subject: Subject;
	workflow: string;
	requester: string;
	/** At most one run with this key is not closed; see `formatActiveKey`. */
	activeKey: string;
	createdAt: number;
	/** The journal's first event. */
	created: Extract<JournalEvent, { type: 'run.created' }>;
}

export interface PostedSignal {
	/** Idempotency key: the delivery, or the command that asked. */
	id: string;
	signal: Signal;
}

/**
 * Where runs live. One writer per run: every append names the lease and the sequence number that it expects to follow.
 * Adapters: SQLite and PostgreSQL, held to one contract suite.
 */
export interface RunStore {
	/** Creates the run with its first journal entry, or names the run that already holds `activeKey`. Atomic. */
	create(run: NewRun): Promise<{ kind: 'created' } | { kind: 'already_active'; run: string }>;
	find(id: string): Promise<RunRow | null>;
	list(filter: {
		repository?: RepositoryName;
		subject?: Subject;
		status?: RunRow['status'];
		/** Newest first; at most this many. */
		limit: number;
	}): Promise<RunRow[]>;
	/** Runs that are not closed, oldest first. */
	unfinished(): Promise<RunRow[]>;
	/** How many runs were created since `since` (ms), for flood limits. */
	countSince(since: number, filter: { repository?: RepositoryName; requester?: string }): Promise<number>;
	/** US dollars spent in a repository by model calls since `since` (ms). */
	spentSince(since: number, repository: RepositoryName): Promise<number>;

	/** The lease, or null while another owner's is alive. An owner may take over its own. */
	acquire(run: string, owner: string, now: number, ttlMs: number): Promise<Lease | null>;
	/** The lease with a later end. @throws Fault fenced when it was lost. */
	renew(lease: Lease, now: number, ttlMs: number): Promise<Lease>;
	/** Gives the run back. It is due again at `dueAt` (ms), or with null only when a signal is posted. */
	release(lease: Lease, dueAt: number | null): Promise<void>;
	/**
	 * Runs that somebody should take up now, oldest first: not closed, held by nobody alive, and due by `now` or with a signal in the
	 * inbox. What a lost wake or a dead worker left behind is among them.
	 */
	due(now: number): Promise<string[]>;

	/**
	 * Appends after `expectedSeq`, in one transaction, and keeps the run's row in step (status, outcome, usd).
	 * @throws Fault fenced when the lease or the sequence number is not the newest.
	 */
	append(lease: Lease, expectedSeq: number, at: number, events: JournalEvent[]): Promise<JournalEntry[]>;
	/** The journal from `fromSeq` (default 1), in order. */
	read(run: string, fromSeq?: number): Promise<JournalEntry[]>;

	/** Puts a signal into the run's inbox; the same id again does nothing. False when the run does not exist or is closed. */
	post(run: string, posted: PostedSignal, at: number): Promise<boolean>;
	/** Signals not yet in the journal, oldest first. Appending `signal.received` takes them out. */
	inbox(run: string): Promise<PostedSignal[]>;
}

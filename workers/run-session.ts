import { Fault } from '../src/core/fault.ts';
import type { JournalEvent } from '../src/core/journal.ts';
import type { RunState } from '../src/core/run-state.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Lease, RunStore } from '../src/ports/run-store.ts';
import { applyEntry, foldRun } from '../src/workflow/fold.ts';
import { parseWorkflow } from '../src/workflow/parse-workflow.ts';
import type { Workflow } from '../src/workflow/workflow.ts';

/** How long a worker that fell silent keeps others away, ms. */
export const leaseMs = 30_000;

/**
 * One worker's right to write to one run: the lease, the live state, and appends one after another. Losing the lease closes the
 * session for good: `lost` fires and every further append throws a `fenced` fault, so nothing that a stale worker does is recorded.
 */
export class RunSession {
	readonly workflow: Workflow;
	readonly state: RunState;
	readonly #store: RunStore;
	readonly #clock: Clock;
	readonly #lost = new AbortController();
	#lease: Lease;
	#tail: Promise<unknown> = Promise.resolve();

	private constructor(store: RunStore, clock: Clock, lease: Lease, workflow: Workflow, state: RunState) {
		this.#store = store;
		this.#clock = clock;
		this.#lease = lease;
		this.workflow = workflow;
		this.state = state;
	}

	/** Null while another worker holds the run, or when there is no such run. */
	static async open(store: RunStore, clock: Clock, run: string, owner: string): Promise<RunSession | null> {
		const lease = await store.acquire(run, owner, clock.now(), leaseMs);
		if (lease === null) return null;
		const entries = await store.read(run);
		const created = entries[0]?.event;
		if (created?.type !== 'run.created') throw new Fault('permanent', `Run ${run} has no beginning in its journal.`);
		const parsed = parseWorkflow(created.frozen.workflow.source, created.frozen.workflow.name);
		if (parsed.kind === 'invalid') {
			throw new Fault('permanent', `Run ${run} was frozen with a workflow that this version cannot read.`);
		}
		return new RunSession(store, clock, lease, parsed.workflow, foldRun(parsed.workflow, entries));
	}

	/** Fires when the lease is lost. */
	get lost(): AbortSignal {
		return this.#lost.signal;
	}

	/** Appends after everything appended before, and takes the entries into the state. @throws Fault fenced. */
	append(events: JournalEvent[]): Promise<void> {
		return this.#inTurn(async () => {
			if (events.length === 0) return;
			const entries = await this.#guard(() =>
				this.#store.append(this.#lease, this.state.lastSeq, this.#clock.now(), events),
			);
			for (const entry of entries) applyEntry(this.workflow, this.state, entry);
		});
	}

	/** Prolongs the lease and takes waiting signals into the journal. Returns how many there were. */
	beat(): Promise<number> {
		return this.#inTurn(async () => {
			this.#lease = await this.#guard(() => this.#store.renew(this.#lease, this.#clock.now(), leaseMs));
			const posted = await this.#store.inbox(this.state.id);
			if (posted.length === 0) return 0;
			const entries = await this.#guard(() =>
				this.#store.append(
					this.#lease,
					this.state.lastSeq,
					this.#clock.now(),
					posted.map(({ id, signal }) => ({ type: 'signal.received', id, signal })),
				),
			);
			for (const entry of entries) applyEntry(this.workflow, this.state, entry);
			return posted.length;
		});
	}

	/** Gives the run back; it is due again at `dueAt` (ms), or with null only when a signal comes. */
	async close(dueAt: number | null): Promise<void> {
		await this.#tail.catch(() => {});
		if (!this.#lost.signal.aborted) await this.#store.release(this.#lease, dueAt);
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#tail.catch(() => {}).then(work);
		this.#tail = turn;
		return turn;
	}

	async #guard<T>(act: () => Promise<T>): Promise<T> {
		if (this.#lost.signal.aborted) throw this.#lost.signal.reason;
		try {
			return await act();
		} catch (error) {
			if (error instanceof Fault && error.kind === 'fenced') this.#lost.abort(error);
			throw error;
		}
	}
}

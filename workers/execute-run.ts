import type { JournalEvent } from '../src/core/journal.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { Lane, Queue } from '../src/ports/queue.ts';
import type { RunStore } from '../src/ports/run-store.ts';
import { type Command, next } from '../src/workflow/next.ts';
import { laneOf } from './lane-of.ts';
import { RunSession } from './run-session.ts';

/** How often a working session renews its lease and looks into the run's inbox, ms. */
const beatMs = 2_000;
/** When to try again for a run that another worker holds, ms. */
const heldMs = 5_000;

export interface RunExecutor {
	store: RunStore;
	queue: Queue;
	clock: Clock;
	log: Log;
	/** Lanes this worker may do; other work of the run is passed on. */
	lanes: readonly Lane[];
	/** Unique for each call, so that a forgotten session of this very process is fenced like any other. */
	owner(): string;
	/** Does one job and answers with the event that settles it. Faults are mapped inside; only `fenced` and bugs are thrown. */
	execute(session: RunSession, job: string, signal: AbortSignal): Promise<JournalEvent[]>;
	/** Tells people how the run stands; only `last` may throw. `resting` is when nothing more can be done now, `last` before the run is closed. */
	report(session: RunSession, when: 'meanwhile' | 'resting' | 'last'): Promise<void>;
}

/**
 * Takes one run as far as it goes now: acquires it, does what `next` says, and lets go. Wakes whoever has to go on. Returns when
 * nothing is left to do here. Any number of workers may call this for the same run at once; one of them works.
 */
export async function executeRun(executor: RunExecutor, run: string, signal: AbortSignal): Promise<void> {
	const session = await RunSession.open(executor.store, executor.clock, run, executor.owner());
	if (session === null) {
		const row = await executor.store.find(run);
		if (row !== null && row.status !== 'closed') await executor.queue.wake({ lane: 'host', id: run }, heldMs);
		return;
	}
	let onwards: { lane: Lane; delayMs: number } | null = { lane: 'host', delayMs: 0 };
	try {
		onwards = await drive(executor, session, signal);
	} finally {
		await session.close(onwards === null ? null : executor.clock.now() + onwards.delayMs);
	}
	if (onwards !== null && !signal.aborted) await executor.queue.wake({ lane: onwards.lane, id: run }, onwards.delayMs);
}

async function drive(
	executor: RunExecutor,
	session: RunSession,
	signal: AbortSignal,
): Promise<{ lane: Lane; delayMs: number } | null> {
	const { clock, log } = executor;
	const running = new Map<string, { done: Promise<void>; stop: AbortController }>();
	let changed = Promise.withResolvers<void>();
	const failures: unknown[] = [];
	const stopAll = (reason: unknown) => {
		for (const { stop } of running.values()) stop.abort(reason);
	};
	const onStop = () => stopAll(signal.reason);
	signal.addEventListener('abort', onStop);
	session.lost.addEventListener('abort', () => stopAll(session.lost.reason), { once: true });

	const start = (job: string) => {
		const stop = new AbortController();
		const done = executor
			.execute(session, job, stop.signal)
			.then((events) => session.append(events))
			.catch((error: unknown) => {
				failures.push(error);
			})
			.finally(() => {
				running.delete(job);
				changed.resolve();
			});
		running.set(job, { done, stop });
	};

	try {
		for (;;) {
			if (failures.length > 0) throw failures[0];
			await session.beat();
			const busy = new Set(running.keys());
			const { commands, wakeAt } = next(session.workflow, session.state, clock.now(), busy);
			const mine = signal.aborted
				? []
				: commands.filter((command) => executor.lanes.includes(laneOf(session.workflow, command)));
			const ended = mine.find((command) => command.kind === 'end');
			if (ended !== undefined && busy.size > 0) stopAll(new Error(ended.reason));

			let settled = false;
			for (const command of mine) {
				if (command.kind === 'start') start(command.job);
				else if (command.kind !== 'end' || busy.size === 0) {
					await settle(executor, session, command);
					settled = true;
				}
			}
			if (settled) continue;
			if (running.size === 0) {
				const foreign = commands[0];
				if (foreign !== undefined && !signal.aborted) return { lane: laneOf(session.workflow, foreign), delayMs: 0 };
				if (signal.aborted) return { lane: 'host', delayMs: 0 };
				if (session.state.status !== 'closed') await executor.report(session, 'resting');
				return wakeAt === null ? null : { lane: 'host', delayMs: Math.max(0, wakeAt - clock.now()) };
			}
			void executor.report(session, 'meanwhile');
			const pause = new AbortController();
			await Promise.race([changed.promise, clock.sleep(beatMs, pause.signal).catch(() => {})]);
			pause.abort();
			changed = Promise.withResolvers<void>();
		}
	} catch (error) {
		stopAll(error);
		log.warn({ run: session.state.id, err: error }, 'run session ended by a fault');
		throw error;
	} finally {
		signal.removeEventListener('abort', onStop);
		await Promise.allSettled([...running.values()].map(({ done }) => done));
	}
}

async function settle(
	executor: RunExecutor,
	session: RunSession,
	command: Exclude<Command, { kind: 'start' }>,
): Promise<void> {
	switch (command.kind) {
		case 'skip':
			await session.append([{ type: 'job.skipped', job: command.job, reason: command.reason }]);
			return;
		case 'end':
			await session.append([{ type: 'run.ended', outcome: command.outcome, reason: command.reason }]);
			return;
		case 'close':
			await executor.report(session, 'last');
			await session.append([{ type: 'run.closed' }]);
			return;
	}
}

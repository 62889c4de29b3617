import { Fault } from '../src/core/fault.ts';
import type { JournalEvent } from '../src/core/journal.ts';
import type { StepKind } from '../src/core/step-kind.ts';
import type { Clock } from '../src/ports/clock.ts';
import { contextsFor } from '../src/workflow/contexts.ts';
import { interpolate } from '../src/workflow/expression.ts';
import { settleJob } from '../src/workflow/settle.ts';
import type { JobContext, Stage } from './job-context.ts';
import type { RunSession } from './run-session.ts';
import { settleFault } from './settle-fault.ts';

export interface JobExecutor {
	clock: Clock;
	/** Names this process in the journal. */
	worker: string;
	stage(uses: StepKind): Stage;
	/** Everything the stage may use. @throws Fault when the repository or the forge cannot be opened. */
	context(session: RunSession, job: string, signal: AbortSignal): Promise<JobContext>;
	/** Removes our own secrets from a text that will be stored and shown. */
	redact(text: string): string;
}

/**
 * Does one job and answers with the events that settle it; none when it was stopped from outside and is to be taken up again.
 * @throws Fault fenced when this worker lost the run.
 */
export async function executeJob(
	executor: JobExecutor,
	session: RunSession,
	id: string,
	stop: AbortSignal,
): Promise<JournalEvent[]> {
	const spec = session.workflow.jobs.find((job) => job.id === id);
	const before = session.state.jobs.get(id);
	if (spec === undefined || before === undefined) throw new Error(`The workflow has no job ${id}.`);
	await session.append([
		{ type: 'job.started', job: id, attempt: before.attempt + 1, round: before.round, worker: executor.worker },
	]);
	const limit = new AbortController();
	const finished = new AbortController();
	const limitMs = spec.timeoutMinutes * 60_000;
	executor.clock.sleep(limitMs, finished.signal).then(
		() => limit.abort(new Fault('permanent', `The job took longer than its ${spec.timeoutMinutes} minutes.`)),
		() => {},
	);
	const signal = AbortSignal.any([stop, limit.signal]);
	try {
		const context = await executor.context(session, id, signal);
		const end = await executor.stage(spec.uses)(context);
		return [settleJob(session.workflow, session.state, id, end)];
	} catch (error) {
		if (session.lost.aborted) throw session.lost.reason;
		if (stop.aborted) return [];
		const cause = limit.signal.aborted ? limit.signal.reason : error;
		const faults = session.state.jobs.get(id)?.faults ?? 0;
		return settleFault(redacted(executor, cause), id, faults, spec.retries, executor.clock.now());
	} finally {
		finished.abort();
	}
}

/** `with:` of a job, its expressions evaluated. */
export function inputsOf(session: RunSession, id: string): JobContext['with'] {
	const spec = session.workflow.jobs.find((job) => job.id === id);
	if (spec === undefined) return {};
	const value = interpolate(spec.with, contextsFor(session.workflow, session.state, spec));
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function redacted(executor: JobExecutor, error: unknown): unknown {
	if (error instanceof Fault) {
		return new Fault(error.kind, executor.redact(error.message), {
			cause: error,
			...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
		});
	}
	return new Error(executor.redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
}

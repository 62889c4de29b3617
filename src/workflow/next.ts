import type { Outcome } from '../core/outcome.ts';
import type { JobState, RunState } from '../core/run-state.ts';
import { contextsFor } from './contexts.ts';
import { evaluateIf } from './expression.ts';
import type { Workflow, WorkflowJob } from './workflow.ts';

/** What has to happen now for a run to go on. */
export type Command =
	| { kind: 'start'; job: string }
	| { kind: 'skip'; job: string; reason: string }
	| { kind: 'end'; outcome: Outcome; reason: string }
	/** Write the last word on GitHub. */
	| { kind: 'close' };

export interface Next {
	commands: Command[];
	/** When to look again if nothing happens before, ms since 1970; null when only a signal can change anything. */
	wakeAt: number | null;
}

/**
 * The one place that knows the order of work. Pure: the same journal and time give the same answer.
 * @param busy jobs that this worker is running right now; a job that the journal calls running and nobody runs is started again.
 */
export function next(workflow: Workflow, state: RunState, now: number, busy: ReadonlySet<string>): Next {
	if (state.status === 'closed') return { commands: [], wakeAt: null };
	if (state.status === 'ended') return { commands: [{ kind: 'close' }], wakeAt: null };

	const stopped = state.signals.find(({ signal }) => signal.name === 'stop');
	if (stopped !== undefined) {
		return end('cancelled', `Stopped by ${stopped.signal.by}: ${stopped.signal.reason}`);
	}
	const minutes = [...state.jobs.values()].reduce((sum, job) => sum + job.wallMs, 0) / 60_000;
	if (busy.size === 0 && minutes > state.frozen.policy.limits.minutesPerRun && !allSettled(state)) {
		return end(
			'out_of_budget',
			`The run has worked ${Math.round(minutes)} minutes; limits.minutesPerRun is ${state.frozen.policy.limits.minutesPerRun}.`,
		);
	}

	const answer: Next = { commands: [], wakeAt: null };
	for (const job of workflow.jobs) {
		const current = state.jobs.get(job.id);
		if (current === undefined || busy.has(job.id)) continue;
		const decision = decide(workflow, state, job, current, now);
		if (decision === null) continue;
		if (typeof decision === 'number') {
			answer.wakeAt = answer.wakeAt === null ? decision : Math.min(answer.wakeAt, decision);
			continue;
		}
		answer.commands.push(decision);
	}
	if (answer.commands.length === 0 && busy.size === 0 && allSettled(state)) return conclude(workflow, state);
	return answer;
}

function decide(
	workflow: Workflow,
	state: RunState,
	job: WorkflowJob,
	current: JobState,
	now: number,
): Command | number | null {
	switch (current.status) {
		case 'ended':
		case 'skipped':
			return null;
		case 'running':
			return { kind: 'start', job: job.id };
		case 'faulted':
			if (current.retryAt === null) return null;
			return current.retryAt <= now ? { kind: 'start', job: job.id } : current.retryAt;
		case 'waiting': {
			const waiting = current.waiting;
			if (waiting === null) return { kind: 'start', job: job.id };
			const heard = state.signals.some(({ seq, signal }) => seq > waiting.seq && waiting.signals.includes(signal.name));
			if (heard || (waiting.until !== null && waiting.until <= now)) return { kind: 'start', job: job.id };
			return waiting.until;
		}
		case 'pending': {
			if (!job.needs.every((need) => isSettled(state.jobs.get(need)))) return null;
			return evaluateIf(job.if, contextsFor(workflow, state, job))
				? { kind: 'start', job: job.id }
				: { kind: 'skip', job: job.id, reason: skipReason(state, job) };
		}
	}
}

function skipReason(state: RunState, job: WorkflowJob): string {
	const unmet = job.needs.find((need) => state.jobs.get(need)?.outcome !== 'done');
	if (job.if === null && unmet !== undefined) return `${unmet} did not end as done`;
	return `the condition is false: ${job.if ?? 'success()'}`;
}

function isSettled(job: JobState | undefined): boolean {
	return job?.status === 'ended' || job?.status === 'skipped';
}

function allSettled(state: RunState): boolean {
	return [...state.jobs.values()].every(isSettled);
}

/** A run ends as its first job that did not end as done; `done` when there is none. */
function conclude(workflow: Workflow, state: RunState): Next {
	const ended = workflow.jobs.flatMap((job) => state.jobs.get(job.id) ?? []).filter((job) => job.status === 'ended');
	const bad = ended.find((job) => job.outcome !== 'done');
	if (bad !== undefined) return end(bad.outcome ?? 'failed', bad.reason);
	return end('done', ended.at(-1)?.reason ?? 'Every job was skipped.');
}

function end(outcome: Outcome, reason: string): Next {
	return { commands: [{ kind: 'end', outcome, reason }], wakeAt: null };
}

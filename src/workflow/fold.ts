import type { JournalEntry } from '../core/journal.ts';
import type { JobState, RunState } from '../core/run-state.ts';
import { addUsage, noUsage, type Usage } from '../core/usage.ts';
import { findDependents } from './job-graph.ts';
import type { Workflow } from './workflow.ts';

/**
 * Everything known of a run, from its journal alone.
 * @throws when the journal does not begin with `run.created`, has a gap, or holds an event this version does not know:
 * acting on half of a run's history would be worse than stopping.
 */
export function foldRun(workflow: Workflow, entries: readonly JournalEntry[]): RunState {
	const [first, ...rest] = entries;
	if (first?.event.type !== 'run.created' || first.seq !== 1) {
		throw new Error('The journal does not begin with run.created.');
	}
	const state: RunState = {
		id: first.run,
		frozen: first.event.frozen,
		createdAt: first.at,
		lastSeq: 1,
		lastAt: first.at,
		status: 'active',
		outcome: null,
		reason: '',
		jobs: new Map(workflow.jobs.map((job) => [job.id, newJob(job.id)])),
		repairRounds: 0,
		signals: [],
		effects: new Map(),
		intended: new Set(),
		evidence: null,
		usage: noUsage,
		usd: 0,
		unpriced: 0,
		entries: [first],
	};
	for (const entry of rest) applyEntry(workflow, state, entry);
	return state;
}

/** Takes the next entry into the state, in place. @throws on a gap, an unknown job or an unknown event. */
export function applyEntry(workflow: Workflow, state: RunState, entry: JournalEntry): void {
	if (entry.seq !== state.lastSeq + 1) {
		throw new Error(`The journal of run ${state.id} has a gap: entry ${entry.seq} follows ${state.lastSeq}.`);
	}
	state.lastSeq = entry.seq;
	state.lastAt = entry.at;
	state.entries.push(entry);
	const event = entry.event;
	switch (event.type) {
		case 'run.created':
			throw new Error(`The journal of run ${state.id} creates it twice.`);
		case 'run.ended':
			state.status = 'ended';
			state.outcome = event.outcome;
			state.reason = event.reason;
			for (const job of state.jobs.values()) {
				if (job.status !== 'running') continue;
				settle(state, job.id, entry.at).status = 'ended';
				job.outcome = 'cancelled';
				job.reason = event.reason;
			}
			return;
		case 'run.closed':
			state.status = 'closed';
			return;
		case 'job.started': {
			const job = jobOf(state, event.job);
			job.status = 'running';
			job.attempt = event.attempt;
			job.startedSeq = entry.seq;
			job.startedAt = entry.at;
			job.endedAt = null;
			job.retryAt = null;
			return;
		}
		case 'job.skipped': {
			const job = jobOf(state, event.job);
			job.status = 'skipped';
			job.reason = event.reason;
			return;
		}
		case 'job.ended': {
			const job = settle(state, event.job, entry.at);
			job.status = 'ended';
			job.outcome = event.outcome;
			job.reason = event.reason;
			job.outputs = event.outputs;
			return;
		}
		case 'job.sent_back': {
			const job = settle(state, event.job, entry.at);
			job.outputs = event.outputs;
			for (const id of [event.to, ...findDependents(event.to, workflow.jobs)]) openRound(jobOf(state, id), entry.seq);
			jobOf(state, event.to).feedback.push(event.feedback);
			if (workflow.jobs.find((candidate) => candidate.id === event.to)?.uses === 'implement') state.repairRounds += 1;
			return;
		}
		case 'job.waiting': {
			const job = settle(state, event.job, entry.at);
			job.status = 'waiting';
			job.reason = event.reason;
			job.waiting = { signals: event.signals, until: event.until, reason: event.reason, seq: job.startedSeq };
			return;
		}
		case 'job.faulted': {
			const job = settle(state, event.job, entry.at);
			job.status = 'faulted';
			job.reason = event.message;
			job.retryAt = event.retryAt;
			if (event.fault !== 'delayed') job.faults += 1;
			return;
		}
		case 'signal.received':
			state.signals.push({ seq: entry.seq, id: event.id, signal: event.signal });
			return;
		case 'effect.intended':
			state.intended.add(event.key);
			return;
		case 'effect.done':
			state.intended.delete(event.key);
			state.effects.set(event.key, event.result);
			return;
		case 'model.responded': {
			const job = jobOf(state, event.job);
			job.turns += 1;
			job.arm = event.arm;
			countCost(state, job, event.reply.usage, event.usd);
			return;
		}
		case 'model.failed':
			countCost(state, jobOf(state, event.job), noUsage, event.usd ?? 0);
			return;
		case 'evidence.recorded':
			state.evidence = event.evidence;
			return;
		case 'agent.started':
		case 'model.requested':
		case 'tool.started':
		case 'tool.ended':
		case 'agent.told':
		case 'agent.noted':
		case 'tree.saved':
			return;
		default:
			throw new Error(
				`The journal of run ${state.id} holds an event that this version does not know: ${typeOf(event)}.`,
			);
	}
}

function newJob(id: string): JobState {
	return {
		id,
		status: 'pending',
		round: 1,
		attempt: 0,
		faults: 0,
		retryAt: null,
		waiting: null,
		outcome: null,
		reason: '',
		outputs: {},
		feedback: [],
		startedAt: null,
		startedSeq: 0,
		endedAt: null,
		roundSeq: 1,
		usage: noUsage,
		usd: 0,
		unpriced: 0,
		turns: 0,
		wallMs: 0,
		arm: null,
	};
}

function jobOf(state: RunState, id: string): JobState {
	const job = state.jobs.get(id);
	if (job === undefined)
		throw new Error(`The journal of run ${state.id} names a job that its workflow has not: ${id}.`);
	return job;
}

function settle(state: RunState, id: string, at: number): JobState {
	const job = jobOf(state, id);
	if (job.status === 'running' && job.startedAt !== null) job.wallMs += at - job.startedAt;
	job.endedAt = at;
	return job;
}

function openRound(job: JobState, seq: number): void {
	job.status = 'pending';
	job.round += 1;
	job.attempt = 0;
	job.faults = 0;
	job.retryAt = null;
	job.waiting = null;
	job.outcome = null;
	job.reason = '';
	job.roundSeq = seq;
}

function countCost(state: RunState, job: JobState, usage: Usage | null, usd: number | null): void {
	if (usage !== null) {
		job.usage = addUsage(job.usage, usage);
		state.usage = addUsage(state.usage, usage);
	}
	if (usd === null) {
		job.unpriced += 1;
		state.unpriced += 1;
		return;
	}
	job.usd += usd;
	state.usd += usd;
}

function typeOf(event: never): string {
	return JSON.stringify(event).slice(0, 80);
}

import type { AgentEnvironment } from '../src/agent/agent-environment.ts';
import { type Arm, parseArm } from '../src/core/arm.ts';
import type { JournalEntry } from '../src/core/journal.ts';
import type { Policy } from '../src/core/policy.ts';
import { createReservations } from '../src/core/reserved-usd.ts';
import type { Role } from '../src/core/role.ts';
import type { JobKit } from './job-kit.ts';
import type { RunSession } from './run-session.ts';

/** Of the run's budget, for the one call that hands in what is done. */
const keptShare = 0.05;

/**
 * What one agent of a job needs around it. A job may ask several agents, one after another; `which` counts them from 1, and each
 * finds in the journal of this round only what it did itself.
 */
export async function buildAgentEnvironment(
	kit: Pick<JobKit, 'models' | 'catalogue' | 'clock'>,
	session: RunSession,
	id: string,
	which: number,
	role: Role,
	signal: AbortSignal,
): Promise<AgentEnvironment> {
	const { state, workflow } = session;
	const spec = workflow.jobs.find((job) => job.id === id);
	const job = state.jobs.get(id);
	if (spec === undefined || job === undefined) throw new Error(`The workflow has no job ${id}.`);
	const ofRound = state.entries.filter(({ seq, event }) => seq > job.roundSeq && 'job' in event && event.job === id);
	const starts = ofRound.flatMap(({ event }, index) => (event.type === 'agent.started' ? [index] : []));
	const begin = starts[which - 1];
	if (begin === undefined) await session.append([{ type: 'agent.started', job: id, role }]);
	const before = begin === undefined ? ofRound : ofRound.slice(0, begin);
	const { limits } = state.frozen.policy;
	const reserved = createReservations(state);
	return {
		run: state.id,
		job: id,
		round: job.round,
		arms: armsOf(state.frozen.policy, spec.role ?? role, spec.model),
		models: kit.models,
		catalogue: kit.catalogue,
		history: begin === undefined ? [] : ofRound.slice(begin + 1, starts[which]),
		turnsBefore: turnsIn(before),
		record: (events) => session.append(events),
		clock: kit.clock,
		signal,
		budget: {
			remainingUsd: () => limits.usdPerRun - session.state.usd - reserved(),
			keptUsd: limits.usdPerRun * keptShare,
			turns: limits.turnsPerJob,
			deadline: (job.startedAt ?? kit.clock.now()) + spec.timeoutMinutes * 60_000,
			unpricedModels: limits.unpricedModels,
		},
	};
}

function armsOf(policy: Policy, role: Role, override: string[] | null): Arm[] {
	const names = override ?? [policy.mix[role]].flat();
	return names.flatMap((name) => parseArm(name) ?? []);
}

function turnsIn(entries: readonly JournalEntry[]): number {
	return entries.reduce((most, { event }) => (event.type === 'model.requested' ? Math.max(most, event.turn) : most), 0);
}

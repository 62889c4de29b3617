import type { JobEnd } from '../core/job-end.ts';
import type { JournalEvent } from '../core/journal.ts';
import type { RunState } from '../core/run-state.ts';
import type { Workflow } from './workflow.ts';

/** A judge may be asked again when people push to the pull request, but not for ever. */
const reevaluations = 10;

/**
 * What a stage's answer means for the run. Sending back is bounded: when the repair rounds are used up, the answer becomes
 * `needs_human` and says what was tried.
 * @throws when the workflow does not let the job send back to where it wants to: a mistake in the workflow, not in the change.
 */
export function settleJob(workflow: Workflow, state: RunState, job: string, end: JobEnd): JournalEvent {
	switch (end.kind) {
		case 'ended':
			return { type: 'job.ended', job, outcome: end.outcome, reason: end.reason, outputs: end.outputs };
		case 'waiting':
			return { type: 'job.waiting', job, reason: end.reason, signals: end.signals, until: end.until };
		case 'sent_back': {
			const from = workflow.jobs.find((candidate) => candidate.id === job);
			const to = workflow.jobs.find((candidate) => candidate.id === end.to || candidate.uses === end.to);
			if (from === undefined || to === undefined || !from.sendsBackTo.includes(to.id)) {
				throw new Error(`Job ${job} wants to send work back to ${end.to}, but its sends-back-to does not name it.`);
			}
			const repairing = to.uses === 'implement';
			const used = repairing ? state.repairRounds : (state.jobs.get(to.id)?.round ?? 1) - 1;
			const allowed = repairing ? state.frozen.policy.limits.repairRounds : reevaluations;
			if (used < allowed) {
				return { type: 'job.sent_back', job, to: to.id, feedback: end.feedback, outputs: end.outputs };
			}
			return {
				type: 'job.ended',
				job,
				outcome: 'needs_human',
				reason: repairing
					? `${end.feedback.summary} ${triedSoFar(state, to.id)}`
					: `${end.feedback.summary} It was judged ${used + 1} times already.`,
				outputs: end.outputs,
			};
		}
	}
}

function triedSoFar(state: RunState, implement: string): string {
	const earlier = state.jobs.get(implement)?.feedback ?? [];
	if (earlier.length === 0) return 'No repair round is allowed (limits.repairRounds).';
	const list = earlier.map((feedback, index) => `${index + 1}. ${feedback.from}: ${feedback.summary}`).join(' ');
	return `All ${earlier.length} repair rounds are used up. Sent back before: ${list}`;
}

import { decideApproval } from '../src/core/approve.ts';
import { approveComment } from '../src/core/approve-comment.ts';
import { endJob } from '../src/core/end-job.ts';
import { commentOnce } from './comment-once.ts';
import type { JobContext, Stage } from './job-context.ts';

/** Waits, at no cost, for a person with write access to let the work begin. Who may answer was checked when the signal was taken in. */
export const approve: Stage = async (context) => {
	const { job } = context;
	const decision = decideApproval(context.refresh().signals, firstStartOf(context));
	switch (decision.kind) {
		case 'approved':
			return endJob('done', `Approved by ${decision.by}.`, { decision: 'approve', by: decision.by });
		case 'rejected': {
			const why = decision.reason.trim() === '' ? '' : ` ${decision.reason}`;
			return endJob('refused', `Rejected by ${decision.by}.${why}`, { decision: 'reject', by: decision.by });
		}
		case 'open': {
			const message = typeof context.with.message === 'string' ? context.with.message : 'The plan needs an approval.';
			const step = `approve-${job.id}-${job.round}`;
			await commentOnce(context, step, approveComment(context.run, step, message));
			return { kind: 'waiting', reason: message, signals: ['approve', 'reject'], until: null };
		}
	}
};

/**
 * When this round's wait began. Not the newest start: a crash between asking and waiting must not lose an answer given meanwhile.
 */
function firstStartOf({ job, state }: JobContext): number {
	const first = state.entries.find(
		({ seq, event }) => seq >= job.roundSeq && event.type === 'job.started' && event.job === job.id,
	);
	return first?.seq ?? job.startedSeq;
}

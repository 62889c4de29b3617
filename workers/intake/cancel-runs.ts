import { formatBranchName } from '../../src/core/branch-name.ts';
import type { CancelCause, Intent, Occasion } from '../../src/core/intent.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import { findRunOfBranch } from './find-runs.ts';
import { frozenOf } from './frozen-of.ts';
import type { IntakeContext } from './intake-context.ts';
import { postSignal } from './post-signal.ts';

const reasons: Record<CancelCause, string> = {
	unlabeled: 'the label was removed',
	closed: 'the issue was closed',
	deleted: 'the issue was deleted',
	transferred: 'the issue was transferred',
	pull_request_closed: 'the pull request was closed without merging',
};

/**
 * Tells the runs at work on a subject to stop, if what the event says still holds: events come late and out of order. The rights
 * to remove a label or close an issue are GitHub's to give, so nobody is asked here. @throws Fault
 */
export async function cancelRuns(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'cancel' }>,
	occasion: Occasion,
): Promise<string> {
	const { at, subject, cause, branch } = intent;
	const runs = await context.runs.list({ repository: at.repository, subject, status: 'active', limit: 10 });
	const maker = branch === null ? null : await findRunOfBranch(context.runs, at.repository, branch);
	if (maker?.status === 'active') runs.push(maker);
	if (runs.length === 0) return 'ignored: no run at work';

	const forge = await context.forges.open(at.repository, at.installation);
	const stop: RunRow[] = [];
	const look: RunRow[] = [];
	for (const run of runs) {
		const verdict = await judge(context, forge, intent, run);
		if (verdict === 'stop') stop.push(run);
		if (verdict === 'look') look.push(run);
	}
	const by = intent.by.login;
	const stopped = await postSignal(context, stop, { name: 'stop', by, reason: reasons[cause] }, occasion);
	const looking = await postSignal(context, look, { name: 'look', by, reason: reasons[cause] }, occasion);
	if (stopped.length + looking.length === 0) return 'ignored: not so any more';
	return `stop: ${stopped.join(', ') || 'none'}; look: ${looking.join(', ') || 'none'}`;
}

async function judge(
	context: IntakeContext,
	forge: Forge,
	{ cause, label, subject }: Extract<Intent, { kind: 'cancel' }>,
	run: RunRow,
): Promise<'stop' | 'look' | 'leave'> {
	switch (cause) {
		case 'deleted':
		case 'transferred':
			return 'stop';
		case 'pull_request_closed': {
			const pull = await forge.pull(subject.number);
			if (pull?.state === 'open') return 'leave';
			return pull?.merged === true ? 'look' : 'stop';
		}
		case 'unlabeled': {
			const issue = await forge.issue(subject.number);
			if (issue === null) return 'stop';
			const trigger = (await frozenOf(context, run.id))?.trigger;
			const asked = trigger?.kind === 'label' && trigger.name === label;
			return asked && !issue.labels.includes(trigger.name) ? 'stop' : 'leave';
		}
		case 'closed': {
			const issue = await forge.issue(subject.number);
			if (issue?.state === 'open') return 'leave';
			// Merging the run's pull request closes its issue: that is success, not a wish to stop.
			const pulls = await forge.pullsOfBranch(formatBranchName({ issue: subject.number, run: run.id }));
			return pulls.some((pull) => pull.merged) ? 'look' : 'stop';
		}
	}
}

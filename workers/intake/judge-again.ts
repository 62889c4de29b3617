import type { Intent, Occasion } from '../../src/core/intent.ts';
import { findRunsOf } from './find-runs.ts';
import type { IntakeContext } from './intake-context.ts';
import { tellRuns } from './look-again.ts';
import { startRun } from './start-run.ts';

const reasons = {
	rerequested: 'a check was requested again',
	new_base: 'the pull request has another base',
} satisfies Record<Extract<Intent, { kind: 'judge_again' }>['cause'], string>;

/**
 * A verdict that may not hold any more though nobody pushed. A run at work looks again. Without one, a pull request that the factory
 * made or has judged before is judged anew on behalf of who asked: after "Re-run", GitHub leaves a check suite queued until the App
 * answers, and a gate that passed for one base says nothing of another. @throws Fault
 */
export async function judgeAgain(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'judge_again' }>,
	occasion: Occasion,
): Promise<string> {
	const { at, by, cause } = intent;
	const taken = await tellRuns(context, { ...intent, reason: reasons[cause] }, occasion);
	if (taken.length > 0) return `look: run ${taken.join(', ')}`;

	const forge = await context.forges.open(at.repository, at.installation);
	const notes: string[] = [];
	for (const number of intent.pulls) {
		const subject = { kind: 'pull_request' as const, number };
		const pull = await forge.pull(number);
		if (pull === null || pull.state === 'closed' || pull.headSha !== intent.headSha) continue;
		if ((await findRunsOf(context.runs, forge, subject)).length === 0) continue;
		// Who presses "Re-run" is told why not; who edits a pull request has asked the factory nothing.
		const trigger = { kind: cause === 'rerequested' ? ('command' as const) : ('push' as const), name: cause };
		const asked = { title: pull.title, body: pull.body };
		notes.push(await startRun(context, forge, { at, subject, by, asked, trigger, workflow: 'evaluate-pr' }, occasion));
	}
	return notes.join('; ') || 'ignored: not the head of an open pull request of ours';
}

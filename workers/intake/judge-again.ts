import type { Intent, Occasion } from '../../src/core/intent.ts';
import type { IntakeContext } from './intake-context.ts';
import { tellRuns } from './look-again.ts';
import { startRun } from './start-run.ts';

/**
 * "Re-run" on a check of the factory: a run at work looks again. Without one the pull request is judged anew on behalf of who pressed
 * it, since GitHub has set the check suite back to queued and leaves the rest to the App. @throws Fault
 */
export async function judgeAgain(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'rerequest' }>,
	occasion: Occasion,
): Promise<string> {
	const { at, by } = intent;
	const taken = await tellRuns(context, { ...intent, reason: 'a check was requested again' }, occasion);
	if (taken.length > 0) return `look: run ${taken.join(', ')}`;

	const forge = await context.forges.open(at.repository, at.installation);
	const notes: string[] = [];
	for (const number of intent.pulls) {
		const pull = await forge.pull(number);
		if (pull === null || pull.state === 'closed' || pull.headSha !== intent.headSha) continue;
		const subject = { kind: 'pull_request' as const, number };
		const trigger = { kind: 'command' as const, name: 'rerequest' };
		const asked = { title: pull.title, body: pull.body };
		notes.push(await startRun(context, forge, { at, subject, by, asked, trigger, workflow: 'evaluate-pr' }, occasion));
	}
	return notes.join('; ') || 'ignored: not the head of an open pull request';
}

import { Fault } from '../../src/core/fault.ts';
import type { Intent, Occasion } from '../../src/core/intent.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { findRunsOf } from './find-runs.ts';
import { frozenOf } from './frozen-of.ts';
import type { IntakeContext } from './intake-context.ts';
import { postSignal } from './post-signal.ts';
import { startRun } from './start-run.ts';

/** How long to leave a run that was told of the push before asking whether it has ended, ms. */
const settlingMs = 5_000;

/**
 * A push to a pull request makes its verdict stale. A run at work on it is told first, and ends when it sees a head that it did
 * not prove; after that, if the factory made the pull request or has judged it before, it is judged again on behalf of who
 * pushed, as far as they may ask. Other pull requests are none of the factory's business.
 * @throws Fault delayed while a run is at work on it
 */
export async function evaluatePush(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'evaluate' }>,
	occasion: Occasion,
): Promise<string> {
	const { at, by, asked } = intent;
	const forge = await context.forges.open(at.repository, at.installation);
	const subject = { kind: 'pull_request' as const, number: intent.pull };
	const runs = await findRunsOf(context.runs, forge, subject);
	if (runs.length === 0) return 'ignored: not a pull request of ours';

	// One that has ended and not yet said so on GitHub still holds the pull request: no new run could start.
	const open = runs.filter((run) => run.status !== 'closed');
	const signal = { name: 'look' as const, by: by.login, reason: `a push of ${intent.headSha.slice(0, 12)}` };
	const taken = await postSignal(context, open, signal, occasion);
	if (taken.length > 0) {
		throw new Fault('delayed', `run ${taken.join(', ')} looks at the push first`, { retryAfterMs: settlingMs });
	}

	const pull = await forge.pull(intent.pull);
	if (pull === null || pull.state === 'closed') return 'ignored: closed by now';
	// Of several pushes in a row, the first that is acted on finds the last one's head.
	for (const run of runs.filter((one) => one.subject.kind === 'pull_request' && isVerdict(one.outcome))) {
		const judged = (await frozenOf(context, run.id))?.head?.sha;
		if (judged === pull.headSha) return `ignored: run ${run.id} has judged this head`;
	}
	const trigger = { kind: 'push' as const, name: pull.headSha };
	return startRun(context, forge, { at, subject, by, asked, trigger, workflow: 'evaluate-pr' }, occasion);
}

/** Whether a run that ended so has said what it had to say; one that was cut short has not. */
function isVerdict(outcome: Outcome | null): boolean {
	return outcome !== null && outcome !== 'cancelled' && outcome !== 'failed' && outcome !== 'out_of_budget';
}

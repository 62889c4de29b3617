import type { Intent, Occasion } from '../../src/core/intent.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import { findRunOfBranch } from './find-runs.ts';
import type { IntakeContext } from './intake-context.ts';
import { postSignal } from './post-signal.ts';

/** Tells the runs whose pull request has changed to look again. @throws Fault */
export async function lookAgain(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'look' }>,
	occasion: Occasion,
): Promise<string> {
	const taken = await tellRuns(context, intent, occasion);
	return taken.length === 0 ? 'ignored: no run waits for it' : `look: run ${taken.join(', ')}`;
}

/**
 * Wakes the runs whose pull request has changed. Busy repositories send many such events, so GitHub is asked nothing unless an
 * evaluation of some pull request is at work and the event names only branches. Returns the runs that were told. @throws Fault
 */
export async function tellRuns(
	context: IntakeContext,
	intent: Pick<Extract<Intent, { kind: 'look' }>, 'at' | 'pulls' | 'branches' | 'reason' | 'by'>,
	occasion: Occasion,
): Promise<string[]> {
	const { repository, installation } = intent.at;
	const found = new Map<string, RunRow>();
	for (const branch of intent.branches) {
		const run = await findRunOfBranch(context.runs, repository, branch);
		if (run?.status === 'active') found.set(run.id, run);
	}
	const active = await context.runs.list({ repository, status: 'active', limit: 500 });
	const evaluations = active.filter((run) => run.subject.kind === 'pull_request');
	const numbers = new Set(intent.pulls);
	if (evaluations.length > 0 && numbers.size === 0) {
		const forge = await context.forges.open(repository, installation);
		for (const branch of intent.branches) {
			for (const pull of await forge.pullsOfBranch(branch)) numbers.add(pull.number);
		}
	}
	for (const run of evaluations) {
		if (numbers.has(run.subject.number)) found.set(run.id, run);
	}
	const signal = { name: 'look' as const, by: intent.by.login, reason: intent.reason };
	return postSignal(context, [...found.values()], signal, occasion);
}

import type { Intent, Occasion } from '../../src/core/intent.ts';
import { formatRepository } from '../../src/core/subject.ts';
import type { IntakeContext } from './intake-context.ts';
import { postSignal } from './post-signal.ts';

/** Tells the runs of repositories that the App has lost to stop; nothing can be said on GitHub any more. */
export async function leaveInstallation(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'installation' }>,
	occasion: Occasion,
): Promise<string> {
	const account = intent.account.toLowerCase();
	const named = intent.repositories === 'all' ? null : new Set(intent.repositories.map((name) => name.toLowerCase()));
	const runs = (await context.runs.unfinished()).filter(({ repository }) =>
		named === null ? repository.owner.toLowerCase() === account : named.has(formatRepository(repository).toLowerCase()),
	);
	const taken = await postSignal(context, runs, { name: 'stop', by: 'github', reason: intent.reason }, occasion);
	return taken.length === 0 ? 'ignored: no run there' : `stop: run ${taken.join(', ')}`;
}

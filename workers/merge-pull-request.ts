import { formatTitle } from '../src/core/commit-message.ts';
import type { Pull } from '../src/ports/forge/pulls.ts';
import { findBlueprint } from './find-blueprint.ts';
import type { JobContext } from './job-context.ts';

export type MergeEnd =
	| { kind: 'merged'; sha: string }
	| { kind: 'head_moved' | 'not_mergeable'; message: string; tries: number };

/** A merge that GitHub refused is not done: it must not be recorded, so that it can be tried again. */
class MergeRefused extends Error {
	readonly end: { kind: 'head_moved' | 'not_mergeable'; message: string };
	constructor(end: { kind: 'head_moved' | 'not_mergeable'; message: string }) {
		super(end.message);
		this.end = end;
	}
}

/** Merges exactly the head that was judged; GitHub itself refuses any other. */
export async function mergePullRequest(context: JobContext, pull: Pull): Promise<MergeEnd> {
	const { forge, frozen } = context;
	const { headSha: sha, number } = pull;
	const find = async () => {
		const now = await forge.pull(number);
		return now?.merged === true ? { sha: now.mergeSha ?? sha } : null;
	};
	try {
		const merged = await context.effect({
			key: keyOf(pull),
			kind: 'merge',
			find,
			make: async () => {
				const title = `${formatTitle(frozen, findBlueprint(context))} (#${number})`;
				const message = `Proven, judged and let pass by Dark Factory, run ${context.run}.`;
				const end = await forge.merge(number, { sha, method: frozen.policy.gate.method, title, message });
				if (end.kind !== 'merged') throw new MergeRefused(end);
				return { sha: end.sha };
			},
		});
		return { kind: 'merged', sha: merged.sha };
	} catch (error) {
		if (!(error instanceof MergeRefused)) throw error;
		const waits = context
			.refresh()
			.entries.filter(
				({ event }) =>
					event.type === 'job.waiting' && event.job === context.job.id && event.reason.startsWith(refusedReason),
			);
		return { ...error.end, tries: waits.length + 1 };
	}
}

/** Whether this run set out to merge what is merged now: it may have died before it could write down that it had. */
export function wasMergedHere(context: JobContext, pull: Pull): boolean {
	const { intended, effects } = context.refresh();
	return pull.merged && (intended.has(keyOf(pull)) || effects.has(keyOf(pull)));
}

function keyOf({ number, headSha }: Pull): string {
	return `merge:${number}:${headSha}`;
}

/** How the reason of a wait begins after GitHub refused to merge. */
export const refusedReason = 'GitHub does not merge yet:';

import { createHash } from 'node:crypto';
import type { GateDecision } from '../src/core/gate.ts';
import { renderGate } from '../src/core/gate-report.ts';
import type { Verdict } from '../src/core/verdict.ts';
import type { JobContext } from './job-context.ts';

const prefix = 'gate:';

/** Says on the head what the gate decided; written again only when it says something else than last time. */
export async function putGateCheck(
	context: JobContext,
	headSha: string,
	decision: GateDecision,
	verdict: Verdict | null,
	note: string,
): Promise<void> {
	const { forge, job } = context;
	const { title, summary } = renderGate(decision, verdict, note);
	const digest = createHash('sha256').update(`${headSha}\n${title}\n${summary}`).digest('hex').slice(0, 16);
	const last = context
		.refresh()
		.entries.findLast(({ event }) => event.type === 'effect.done' && event.key.startsWith(prefix));
	if (last?.event.type === 'effect.done' && last.event.key.endsWith(digest)) return;
	await context.effect({
		// Each start of the job may say something new, also what was said two starts ago.
		key: `${prefix}${job.round}.${job.attempt}:${digest}`,
		kind: 'check run',
		// `putCheckRun` finds its own by external id and brings it up to date.
		find: async () => null,
		make: async () => {
			const { id } = await forge.putCheckRun({
				name: 'dark-factory/gate',
				headSha,
				externalId: `${context.run}:gate`,
				...stateOf(decision),
				title,
				summary,
			});
			return { id };
		},
	});
}

function stateOf(decision: GateDecision) {
	if (decision.kind === 'pass') return { status: 'completed', conclusion: 'success' } as const;
	if (decision.kind === 'block') return { status: 'completed', conclusion: 'failure' } as const;
	// An unfinished check run withholds a merge where it is required, which is what waiting means.
	return { status: 'in_progress', conclusion: null } as const;
}

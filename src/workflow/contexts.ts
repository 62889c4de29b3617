import type { Json } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { JobState, RunState } from '../core/run-state.ts';
import type { ExpressionContexts } from './expression.ts';
import { findAncestors } from './job-graph.ts';
import type { Workflow, WorkflowJob } from './workflow.ts';

type Result = ExpressionContexts['needs'][string]['result'];

/** What the expressions of a job may see. Only called when all its needs are settled. */
export function contextsFor(workflow: Workflow, state: RunState, job: WorkflowJob): ExpressionContexts {
	const { frozen } = state;
	const results = [...findAncestors(job.id, workflow.jobs)].map((id) => resultOf(state.jobs.get(id)));
	return {
		needs: Object.fromEntries(
			job.needs.map((need) => {
				const current = state.jobs.get(need);
				return [
					need,
					{ result: resultOf(current), outcome: current?.outcome ?? null, outputs: current?.outputs ?? {} },
				];
			}),
		),
		run: {
			id: state.id,
			workflow: frozen.workflow.name,
			requester: frozen.requester.login,
			subject: { kind: frozen.subject.kind, number: frozen.subject.number, title: frozen.subject.title },
		},
		config: JSON.parse(JSON.stringify(frozen.policy)) as Json,
		status: results.includes('failure') ? 'failure' : results.includes('cancelled') ? 'cancelled' : 'success',
	};
}

/** GitHub's word for how a job ended. Only `done` is success; a job that changed nothing counts as skipped. */
function resultOf(job: JobState | undefined): Result {
	if (job === undefined || job.status === 'skipped' || job.outcome === null) return 'skipped';
	return words[job.outcome];
}

const words: Record<Outcome, Result> = {
	done: 'success',
	no_change: 'skipped',
	cancelled: 'cancelled',
	refused: 'failure',
	needs_human: 'failure',
	blocked: 'failure',
	failed: 'failure',
	out_of_budget: 'failure',
};

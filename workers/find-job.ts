import type { Json } from '../src/core/json.ts';
import type { JobState } from '../src/core/run-state.ts';
import type { StepKind } from '../src/core/step-kind.ts';
import type { WorkflowJob } from '../src/workflow/workflow.ts';
import type { JobContext } from './job-context.ts';

/**
 * The job of that kind in the run's workflow, whatever the workflow calls it. When there are several, the one that gave its outputs
 * last: of two jobs with opposite conditions one is skipped.
 */
export function findJob(context: JobContext, uses: StepKind): JobState | null {
	return findNewest(context, (job) => job.uses === uses);
}

/** The job of that kind that this one may send work back to, or null when the workflow does not let it. */
export function findSendBack(context: JobContext, uses: StepKind): string | null {
	const self = context.workflow.jobs.find((job) => job.id === context.job.id);
	return findNewest(context, (job) => job.uses === uses && self?.sendsBackTo.includes(job.id) === true)?.id ?? null;
}

function findNewest({ state, workflow }: JobContext, matches: (job: WorkflowJob) => boolean): JobState | null {
	const found = workflow.jobs.filter(matches).flatMap((job) => state.jobs.get(job.id) ?? []);
	const [newest] = found
		.filter((job) => Object.keys(job.outputs).length > 0)
		.sort((a, b) => b.startedSeq - a.startedSeq);
	return newest ?? found.at(-1) ?? null;
}

/** An output of a job that must be a string; null when it is absent or something else. */
export function textOutput(job: JobState | null, name: string): string | null {
	const value: Json | undefined = job?.outputs[name];
	return typeof value === 'string' ? value : null;
}

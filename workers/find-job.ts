import type { Json } from '../src/core/json.ts';
import type { JobState } from '../src/core/run-state.ts';
import type { StepKind } from '../src/core/step-kind.ts';
import type { JobContext } from './job-context.ts';

/** The job of that kind in the run's workflow, whatever the workflow calls it; the last one when there are several. */
export function findJob(context: JobContext, uses: StepKind): JobState | null {
	const spec = context.workflow.jobs.findLast((job) => job.uses === uses);
	return spec === undefined ? null : (context.state.jobs.get(spec.id) ?? null);
}

/** The job of that kind that this one may send work back to, or null when the workflow does not let it. */
export function findSendBack(context: JobContext, uses: StepKind): string | null {
	const self = context.workflow.jobs.find((job) => job.id === context.job.id);
	const target = context.workflow.jobs.findLast((job) => job.uses === uses && self?.sendsBackTo.includes(job.id));
	return target?.id ?? null;
}

/** An output of a job that must be a string; null when it is absent or something else. */
export function textOutput(job: JobState | null, name: string): string | null {
	const value: Json | undefined = job?.outputs[name];
	return typeof value === 'string' ? value : null;
}

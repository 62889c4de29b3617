import { Blueprint } from '../src/core/blueprint.ts';
import { findJob } from './find-job.ts';
import type { JobContext } from './job-context.ts';

/** The run's plan, or null when its workflow has none or it is not made yet. */
export function findBlueprint(context: JobContext): Blueprint | null {
	const parsed = Blueprint.safeParse(findJob(context, 'plan')?.outputs.blueprint);
	return parsed.success ? parsed.data : null;
}

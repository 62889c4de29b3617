import type { StepKind } from '../src/core/step-kind.ts';
import { approve } from './approve.ts';
import { evaluate } from './evaluate.ts';
import { explore } from './explore.ts';
import { gate } from './gate.ts';
import { implement } from './implement.ts';
import type { Stage } from './job-context.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { review } from './review.ts';
import { triage } from './triage.ts';
import { verify } from './verify.ts';

/** What each step kind does. Their order is not here: it is the workflow's. */
export const stages: Record<StepKind, Stage> = {
	triage,
	explore,
	plan,
	approve,
	implement,
	verify,
	review,
	publish,
	evaluate,
	gate,
};

/**
 * How a job or a run ended. The set is closed, so that nothing can end as success by accident:
 * only `done` and `no_change` let a workflow go on.
 */
export const outcomes = [
	'done',
	'no_change',
	'refused',
	'needs_human',
	'blocked',
	'failed',
	'cancelled',
	'out_of_budget',
] as const;
export type Outcome = (typeof outcomes)[number];

/** What a person reads for an outcome. */
export const outcomeText: Record<Outcome, string> = {
	done: 'done',
	no_change: 'nothing to change',
	refused: 'refused',
	needs_human: 'needs a human',
	blocked: 'blocked',
	failed: 'failed',
	cancelled: 'cancelled',
	out_of_budget: 'out of budget',
};

/** Why a request did not become a run, or a run was not let go on. A closed set: each has one text for people. */
export const refusals = [
	'not_permitted',
	'permission_unknown',
	'too_many_for_user',
	'too_many_for_repository',
	'daily_budget_spent',
	'already_active',
	'config_invalid',
	'workflow_invalid',
	'repository_empty',
	'not_open',
	'nothing_to_act_on',
	'unpriced_model',
] as const;
export type RefusalKind = (typeof refusals)[number];

export interface Refusal {
	kind: RefusalKind;
	/** One or two sentences for the person who asked, with the way out. */
	message: string;
}

import { formatArm } from '../core/arm.ts';
import type { Role } from '../core/role.ts';
import type { AgentEnvironment } from './agent-environment.ts';
import type { Progress } from './progress.ts';
import { reserve } from './reserve.ts';

/** What a model is told with the one call that is left to it. */
export const lastCallText =
	'The budget of this work ends here: this is your last call. Call submit now with what is done, and say in it what is not.';

/**
 * Whether the next call is the last that the turns or the money allow, so that it has to submit: work that is paid for is handed in
 * rather than thrown away. Never so for those who judge: a judgement forced from somebody who has not looked is worth nothing.
 */
export function isLastCall(
	progress: Progress,
	role: Role,
	prefixBytes: number,
	{ arms, budget, catalogue }: Pick<AgentEnvironment, 'arms' | 'budget' | 'catalogue'>,
): boolean {
	if (progress.turn === null || role === 'review' || role === 'evaluate') return false;
	if (progress.turn.told.includes(lastCallText) || budget.turns - progress.turns === 1) return true;
	const arm = arms.find((candidate) => formatArm(candidate) === progress.arm);
	const facts = arm === undefined ? null : catalogue.facts(arm);
	if (facts === null) return false;
	const promptTokens = progress.promptTokens(prefixBytes);
	const { maxOutputTokens, contextWindow } = facts;
	const call = { promptTokens, prices: facts.prices(promptTokens), maxOutputTokens, contextWindow };
	const remainingUsd = budget.remainingUsd();
	if (reserve({ ...call, remainingUsd: remainingUsd - budget.keptUsd }).kind === 'fits') return false;
	return reserve({ ...call, remainingUsd }).kind === 'fits';
}

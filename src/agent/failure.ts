import type { Outcome } from '../core/outcome.ts';
import type { ModelFaultKind } from '../ports/model.ts';

/** One try of a call that gave nothing for the conversation. */
export interface Failure {
	kind: ModelFaultKind | 'refusal';
	message: string;
}

/** How often a call is tried with one arm, by what went wrong. One: never again. */
const attempts: Record<Failure['kind'], number> = {
	rate_limited: 10,
	overloaded: 10,
	network: 8,
	stalled: 3,
	empty_reply: 3,
	context_too_large: 1,
	request_invalid: 1,
	not_authorised: 1,
	spend_limit: 1,
	replay_exhausted: 1,
	refusal: 1,
};

/** Failures of all kinds together. */
const mostAttempts = 10;

/** Whether an arm with these failures since its last accepted reply is not to be asked again. */
export function isExhausted(failures: readonly Failure[]): boolean {
	const last = failures.at(-1);
	if (last === undefined) return false;
	const alike = failures.filter((failure) => failure.kind === last.kind);
	return alike.length >= attempts[last.kind] || failures.length >= mostAttempts;
}

/** What an arm that is not asked again failed of, for people; null while it may be asked. */
export function describeFailures(
	arm: string,
	failures: readonly Failure[],
): { outcome: Extract<Outcome, 'failed' | 'needs_human'>; reason: string } | null {
	const last = failures.at(-1);
	if (last === undefined || !isExhausted(failures)) return null;
	const tries = failures.length > 1 ? ` (after ${failures.length} tries)` : '';
	const needsHuman = last.kind === 'refusal' || last.kind === 'spend_limit' || last.kind === 'not_authorised';
	return { outcome: needsHuman ? 'needs_human' : 'failed', reason: `${arm}: ${last.message}${tries}` };
}

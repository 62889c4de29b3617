import { createHash } from 'node:crypto';
import type { ModelFaultKind } from '../ports/model.ts';

/** How often a call is tried with one arm, by what went wrong. One: never again. */
const attempts: Record<ModelFaultKind | 'refusal', number> = {
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

/** Whether an arm with these failures since its last accepted reply is not to be asked again. */
export function isExhausted(failures: readonly (ModelFaultKind | 'refusal')[]): boolean {
	const last = failures.at(-1);
	return last !== undefined && failures.length >= attempts[last];
}

/**
 * Milliseconds to wait after `count` failures: what the provider asked for, else half a second doubled each time up to a
 * minute. `seed` spreads concurrent jobs over a quarter of that, the same way on every replay.
 */
export function retryDelay(count: number, retryAfterMs: number | null, seed: string): number {
	if (retryAfterMs !== null) return Math.max(0, retryAfterMs);
	const full = Math.min(60_000, 500 * 2 ** Math.max(0, count - 1));
	const spread = (createHash('sha256').update(seed).digest()[0] ?? 0) / 255;
	return Math.round(full * (0.75 + 0.25 * spread));
}

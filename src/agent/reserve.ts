import type { Prices } from '../core/usage.ts';

/** Output tokens that a call asks for at most, and below which it is not worth making. */
const mostOutput = 32_000;
const leastOutput = 2000;

export type Reservation =
	| { kind: 'fits'; maxOutputTokens: number; worstUsd: number }
	| { kind: 'too_dear'; worstUsd: number };

/** The output limit of the next call such that even its worst case (nothing cached, all output used) fits what is left. */
export function reserve(input: {
	promptTokens: number;
	prices: Prices | null;
	remainingUsd: number;
	maxOutputTokens: number;
	contextWindow: number;
}): Reservation {
	const least = Math.min(leastOutput, input.maxOutputTokens);
	const room = Math.max(least, input.contextWindow - input.promptTokens);
	const wanted = Math.min(mostOutput, input.maxOutputTokens, room);
	if (input.prices === null) return { kind: 'fits', maxOutputTokens: wanted, worstUsd: 0 };
	const promptUsd = (input.promptTokens * Math.max(input.prices.fresh, input.prices.cacheWrite)) / 1_000_000;
	const perToken = input.prices.output / 1_000_000;
	const affordable = perToken === 0 ? wanted : Math.floor((input.remainingUsd - promptUsd) / perToken);
	if (promptUsd > input.remainingUsd || affordable < least) {
		return { kind: 'too_dear', worstUsd: promptUsd + least * perToken };
	}
	const maxOutputTokens = Math.min(wanted, affordable);
	return { kind: 'fits', maxOutputTokens, worstUsd: promptUsd + maxOutputTokens * perToken };
}

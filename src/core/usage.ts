/**
 * Tokens of one model call, normalised over providers. The four priced parts do not overlap:
 * `fresh` input read for the first time, `cached` input read from a cache, `cacheWrite` input written to one, `output`
 * (thinking included). `reasoning` is the part of `output` that was thinking, where the provider tells.
 */
export interface Usage {
	fresh: number;
	cached: number;
	cacheWrite: number;
	output: number;
	reasoning: number;
}

export const noUsage: Usage = { fresh: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
	return {
		fresh: a.fresh + b.fresh,
		cached: a.cached + b.cached,
		cacheWrite: a.cacheWrite + b.cacheWrite,
		output: a.output + b.output,
		reasoning: a.reasoning + b.reasoning,
	};
}

/** Tokens of the prompt, however they were read; 0 when unknown. */
export function promptTokensOf(usage: Usage | null): number {
	return usage === null ? 0 : usage.fresh + usage.cached + usage.cacheWrite;
}

/** US dollars per million tokens. */
export interface Prices {
	fresh: number;
	cached: number;
	cacheWrite: number;
	output: number;
}

/** Cost in US dollars, or null ("unpriced", never free) when the usage or the price is unknown or impossible. */
export function costOf(usage: Usage | null, prices: Prices | null): number | null {
	if (usage === null || prices === null) return null;
	const parts = [usage.fresh, usage.cached, usage.cacheWrite, usage.output];
	if (parts.some((tokens) => !Number.isFinite(tokens) || tokens < 0)) return null;
	return (
		(usage.fresh * prices.fresh +
			usage.cached * prices.cached +
			usage.cacheWrite * prices.cacheWrite +
			usage.output * prices.output) /
		1_000_000
	);
}

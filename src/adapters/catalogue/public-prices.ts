import type { ModelPrice } from '@pydantic/genai-prices';
import { calcPrice } from '@pydantic/genai-prices';
import type { Prices } from '../../core/usage.ts';

/**
 * The rate for a prompt of this length. Tiers hold for the whole request, and `start` itself still has the lower price, as in the
 * package's own arithmetic.
 */
function rateOf(price: ModelPrice[string], promptTokens: number): number | null {
	if (price === undefined) return null;
	if (typeof price === 'number') return price;
	const reached = price.tiers.filter((tier) => promptTokens > tier.start).sort((a, b) => b.start - a.start);
	return reached[0]?.price ?? price.base;
}

/**
 * US dollars per million tokens from the public price data, at a time and for a prompt of a length; null when the data has no
 * price of the model. Where it has no price for the cache, reads and writes cost what fresh input costs.
 */
export function findPublicPrices(provider: string, model: string, promptTokens: number, at: Date): Prices | null {
	const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider, timestamp: at });
	if (found === null) return null;
	const fresh = rateOf(found.model_price.input_mtok, promptTokens);
	const output = rateOf(found.model_price.output_mtok, promptTokens);
	if (fresh === null || output === null) return null;
	return {
		fresh,
		cached: rateOf(found.model_price.cache_read_mtok, promptTokens) ?? fresh,
		cacheWrite: rateOf(found.model_price.cache_write_mtok, promptTokens) ?? fresh,
		output,
	};
}

/** The context window that the public data gives for a model, in tokens, or null. */
export function findPublicContextWindow(provider: string, model: string, at: Date): number | null {
	const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider, timestamp: at });
	return found?.model.context_window ?? null;
}

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

export type PublicPrice = ModelPrice;

/** What the public price data has of a model at a time, or null. A search of some hundred µs over all models. */
export function findPublicPrice(provider: string, model: string, at: Date): PublicPrice | null {
	const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider, timestamp: at });
	return found?.model_price ?? null;
}

/**
 * US dollars per million tokens for a prompt of a length; null when the data has no price of the model. Where it has no price for the
 * cache, reads and writes cost what fresh input costs.
 */
export function ratesOf(price: PublicPrice, promptTokens: number): Prices | null {
	const fresh = rateOf(price.input_mtok, promptTokens);
	const output = rateOf(price.output_mtok, promptTokens);
	if (fresh === null || output === null) return null;
	return {
		fresh,
		cached: rateOf(price.cache_read_mtok, promptTokens) ?? fresh,
		cacheWrite: rateOf(price.cache_write_mtok, promptTokens) ?? fresh,
		output,
	};
}

/** The context window that the public data gives for a model, in tokens, or null. */
export function findPublicContextWindow(provider: string, model: string, at: Date): number | null {
	const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider, timestamp: at });
	return found?.model.context_window ?? null;
}

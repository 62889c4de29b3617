import { z } from 'zod';

const tokens = z.number().int().positive();
const usd = z.number().min(0);
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const rates = { fresh: usd, cached: usd, cacheWrite: usd, output: usd };

export const CatalogueModel = z.strictObject({
	date: z.iso.date(),
	contextWindow: tokens,
	maxOutputTokens: tokens,
	prices: z.strictObject({ ...rates, above: z.strictObject({ tokens, ...rates }).optional() }).optional(),
	quirks: z
		.strictObject({
			sendsReasoningBack: z.boolean().optional(),
			refusesForcedTools: z.boolean().optional(),
			extraBody: z.record(z.string(), z.json()).optional(),
		})
		.optional(),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

export const CatalogueProvider = z.strictObject({
	protocol: z.enum(['anthropic', 'openai']),
	baseUrl: z.url({ protocol: /^https?$/ }),
	baseUrlVariable: variable.optional(),
	keyVariable: variable.optional(),
	prices: z.string().min(1).optional(),
	anyModel: z.strictObject({ contextWindow: tokens, maxOutputTokens: tokens }).optional(),
});
export type CatalogueProvider = z.infer<typeof CatalogueProvider>;

/** `config/models.yml`. */
export const CatalogueFile = z.strictObject({
	version: z.literal(1),
	providers: z.record(z.string().regex(/^[a-z0-9-]+$/), CatalogueProvider),
	models: z.record(z.string().regex(/^[a-z0-9-]+\/[^\s@]+$/), CatalogueModel),
});
export type CatalogueFile = z.infer<typeof CatalogueFile>;

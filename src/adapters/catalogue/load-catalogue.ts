import type { Arm } from '../../core/arm.ts';
import { findNearest } from '../../core/nearest.ts';
import type { Problem } from '../../core/problem.ts';
import { formatProblems, sortProblems } from '../../core/problem.ts';
import { findSchemaProblems } from '../../core/schema-problems.ts';
import type { Prices } from '../../core/usage.ts';
import type { YamlSource } from '../../core/yaml-source.ts';
import { formatKey, parseYaml } from '../../core/yaml-source.ts';
import type { Catalogue, ModelFacts, ProviderFacts } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CatalogueModel, CatalogueProvider } from './catalogue-schema.ts';
import { CatalogueFile } from './catalogue-schema.ts';
import { findPublicContextWindow, findPublicPrice, type PublicPrice, ratesOf } from './public-prices.ts';

function findMistakes(file: CatalogueFile, source: YamlSource): Problem[] {
	const providers = Object.keys(file.providers);
	return Object.entries(file.models).flatMap(([name, model]) => {
		const provider = name.slice(0, name.indexOf('/'));
		const problem = { path: source.path, value: provider, nearest: findNearest(provider, providers) };
		if (!Object.hasOwn(file.providers, provider)) {
			const expected = `one of ${providers.join(', ')}`;
			const key = formatKey(['models', name]);
			return [{ ...problem, ...source.keyAt(['models', name]), key, expected, message: 'unknown provider' }];
		}
		if (model.maxOutputTokens <= model.contextWindow) return [];
		const path = ['models', name, 'maxOutputTokens'];
		const message = 'an answer cannot be longer than the context window';
		const value = String(model.maxOutputTokens);
		const expected = `at most ${model.contextWindow}`;
		return [
			{ path: source.path, ...source.valueAt(path), key: formatKey(path), value, expected, nearest: null, message },
		];
	});
}

function ownPrices(prices: NonNullable<CatalogueModel['prices']>, promptTokens: number): Prices {
	const { above, ...base } = prices;
	if (above === undefined || promptTokens <= above.tokens) return base;
	const { tokens: _, ...rates } = above;
	return rates;
}

/**
 * Reads the model catalogue. `text` is that of `config/models.yml`; the clock serves prices that change on a date.
 * Providers with `anyModel` (OpenRouter, local servers) know every model name; in `names()` they appear as `provider/*`.
 * @throws Error naming every mistake with file and line.
 */
export function loadCatalogue(text: string, path: string, clock: Clock): Catalogue {
	const parsed = parseYaml(text, path);
	if (parsed.kind === 'invalid') throw new Error(formatProblems(parsed.problems));
	const shape = findSchemaProblems(CatalogueFile, parsed.source.value, parsed.source);
	if (shape.length > 0) throw new Error(formatProblems(sortProblems(shape)));
	const file = CatalogueFile.parse(parsed.source.value);
	const mistakes = findMistakes(file, parsed.source);
	if (mistakes.length > 0) throw new Error(formatProblems(sortProblems(mistakes)));

	const providers = new Map(Object.entries(file.providers));
	const models = new Map(Object.entries(file.models));

	const found = new Map<string, { minute: number; price: PublicPrice | null }>();

	/** Asked before every call of a model, so looked up once a minute: some prices change with the time of day. */
	function priceOf(provider: string, model: string): PublicPrice | null {
		const at = clock.now();
		const minute = Math.floor(at / 60_000);
		const key = `${provider}/${model}`;
		const known = found.get(key);
		if (known?.minute === minute) return known.price;
		const price = findPublicPrice(provider, model, new Date(at));
		found.set(key, { minute, price });
		return price;
	}

	function factsOf(arm: Arm, provider: CatalogueProvider, model: Omit<CatalogueModel, 'date'>): ModelFacts {
		return {
			protocol: provider.protocol,
			contextWindow: model.contextWindow,
			maxOutputTokens: model.maxOutputTokens,
			prices: (promptTokens) => {
				if (model.prices !== undefined) return ownPrices(model.prices, promptTokens);
				if (provider.prices === undefined) return null;
				const price = priceOf(provider.prices, arm.model);
				return price === null ? null : ratesOf(price, promptTokens);
			},
			quirks: {
				sendsReasoningBack: model.quirks?.sendsReasoningBack ?? false,
				refusesForcedTools: model.quirks?.refusesForcedTools ?? false,
				extraBody: model.quirks?.extraBody ?? {},
			},
		};
	}

	return {
		provider(id): ProviderFacts | null {
			const provider = providers.get(id);
			if (provider === undefined) return null;
			return {
				id,
				protocol: provider.protocol,
				baseUrl: provider.baseUrl,
				baseUrlVariable: provider.baseUrlVariable ?? null,
				keyVariable: provider.keyVariable ?? null,
			};
		},
		facts(arm): ModelFacts | null {
			const provider = providers.get(arm.provider);
			if (provider === undefined) return null;
			const listed = models.get(`${arm.provider}/${arm.model}`);
			if (listed !== undefined) return factsOf(arm, provider, listed);
			if (provider.anyModel === undefined) return null;
			const known =
				provider.prices === undefined
					? null
					: findPublicContextWindow(provider.prices, arm.model, new Date(clock.now()));
			const contextWindow = known ?? provider.anyModel.contextWindow;
			const maxOutputTokens = Math.min(provider.anyModel.maxOutputTokens, contextWindow);
			return factsOf(arm, provider, { contextWindow, maxOutputTokens });
		},
		names(): string[] {
			const open = [...providers].flatMap(([id, provider]) => (provider.anyModel === undefined ? [] : [`${id}/*`]));
			return [...models.keys(), ...open];
		},
	};
}

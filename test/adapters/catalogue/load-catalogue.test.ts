import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../../src/adapters/catalogue/load-catalogue.ts';
import { findPublicPrice, ratesOf } from '../../../src/adapters/catalogue/public-prices.ts';
import { parseArm } from '../../../src/core/arm.ts';
import { loadPolicy } from '../../../src/core/load-policy.ts';
import type { Catalogue, ModelFacts } from '../../../src/ports/catalogue.ts';
import type { Clock } from '../../../src/ports/clock.ts';

const text = readFileSync('config/models.yml', 'utf8');

function clockAt(date: string): Clock {
	return { now: () => Date.parse(date), sleep: () => Promise.resolve() };
}

const catalogue = loadCatalogue(text, 'config/models.yml', clockAt('2026-11-21'));

function factsOf(name: string, from: Catalogue = catalogue): ModelFacts | null {
	const arm = parseArm(name);
	return arm === null ? null : from.facts(arm);
}

function errorOf(source: string): string {
	try {
		loadCatalogue(source, 'm.yml', clockAt('2026-11-21'));
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
	return '';
}

const provider = 'version: 1\nproviders:\n  p: { protocol: openai, baseUrl: "http://x/v1" }\n';

describe('the catalogue that the factory brings', () => {
	it('has a price, in order, for every model that it lists', () => {
		const listed = catalogue.names().filter((name) => !name.endsWith('/*'));
		expect(listed.length).toBeGreaterThan(15);
		for (const name of listed) {
			const prices = factsOf(name)?.prices(1000);
			expect(prices, name).not.toBeNull();
			expect(prices?.output, name).toBeGreaterThan(prices?.fresh ?? 0);
			expect(prices?.cached, name).toBeLessThanOrEqual(prices?.fresh ?? 0);
		}
	});

	it('serves the seven kinds of provider, each by its own variables', () => {
		const ids = ['anthropic', 'openai', 'moonshot', 'xai', 'google', 'openrouter', 'local'];
		expect(ids.map((id) => catalogue.provider(id)?.keyVariable)).toEqual([
			'ANTHROPIC_API_KEY',
			'OPENAI_API_KEY',
			'MOONSHOT_API_KEY',
			'XAI_API_KEY',
			'GEMINI_API_KEY',
			'OPENROUTER_API_KEY',
			null,
		]);
		expect(catalogue.provider('nobody')).toBeNull();
	});

	it('knows every model of the default mix', () => {
		const defaults = readFileSync('config/dark-factory.yml', 'utf8');
		const loaded = loadPolicy({ text: null, path: 'x', defaults, knownModels: catalogue.names() });
		expect(loaded).toMatchObject({ kind: 'ok', warnings: [] });
	});

	it('knows any model of OpenRouter and of a local server, priced only where there is a price', () => {
		expect(factsOf('openrouter/moonshotai/kimi-k2.7-code')).toMatchObject({ contextWindow: 262_144 });
		expect(factsOf('openrouter/moonshotai/kimi-k2.7-code')?.prices(1)?.output).toBeGreaterThan(0);
		expect(factsOf('openrouter/nobody/nothing')?.prices(1)).toBeNull();
		expect(factsOf('local/qwen3:8b')?.prices(1)).toBeNull();
		expect(factsOf('openai/unheard-of')).toBeNull();
		expect(factsOf('nobody/x')).toBeNull();
	});

	it('says which models need their thinking back, reasoning off, or no forced tools', () => {
		for (const kimi of ['moonshot/kimi-k2.6', 'moonshot/kimi-k2.7-code', 'moonshot/kimi-k3']) {
			expect(factsOf(kimi)?.quirks).toMatchObject({ sendsReasoningBack: true, refusesForcedTools: true });
		}
		expect(factsOf('openai/gpt-5.5')?.quirks.extraBody).toEqual({ reasoning_effort: 'none' });
		expect(factsOf('anthropic/claude-opus-5-5')?.quirks.refusesForcedTools).toBe(true);
		expect(factsOf('anthropic/claude-opus-5')?.quirks).toEqual({
			sendsReasoningBack: false,
			refusesForcedTools: false,
			extraBody: {},
		});
	});
});

describe('prices', () => {
	it('follow tiers and dates of the public data', () => {
		expect(factsOf('openai/gpt-5.5')?.prices(1000)).toMatchObject({ fresh: 5, output: 30 });
		expect(factsOf('openai/gpt-5.5')?.prices(300_000)).toMatchObject({ fresh: 10, output: 45 });
		const later = loadCatalogue(text, 'config/models.yml', clockAt('2027-02-01'));
		expect(factsOf('google/gemini-3.8-flash')?.prices(1)?.output).toBe(3.75);
		expect(factsOf('google/gemini-3.8-flash', later)?.prices(1)?.output).toBe(7.5);
	});

	it('come to what the public package itself reckons', () => {
		const at = new Date('2026-11-21');
		const model = fc.constantFrom(
			['openai', 'gpt-5.5'],
			['anthropic', 'claude-opus-4-8'],
			['x-ai', 'grok-4.6'],
			['google', 'gemini-3.1-pro-preview'],
		);
		const boundary = fc.constantFrom(199_999, 200_000, 200_001, 271_998, 271_999, 272_000);
		fc.assert(
			fc.property(
				model,
				fc.oneof(fc.nat(900_000), boundary),
				fc.nat(100_000),
				([id = '', name = ''], input, output) => {
					const price = findPublicPrice(id, name, at);
					const prices = price === null ? null : ratesOf(price, input);
					const theirs = calcPrice({ input_tokens: input, output_tokens: output }, name, {
						providerId: id,
						timestamp: at,
					});
					const ours = ((prices?.fresh ?? 0) * input + (prices?.output ?? 0) * output) / 1e6;
					expect(ours).toBeCloseTo(theirs?.total_price ?? -1, 6);
				},
			),
		);
	});

	it('of the file go before the public ones', () => {
		const own = `${provider}models:\n  p/m:\n    date: 2026-01-01\n    contextWindow: 10\n    maxOutputTokens: 5\n    prices: { fresh: 1, cached: 2, cacheWrite: 3, output: 4, above: { tokens: 5, fresh: 6, cached: 7, cacheWrite: 8, output: 9 } }\n`;
		const facts = factsOf('p/m', loadCatalogue(own, 'm.yml', clockAt('2026-11-21')));
		expect(facts?.prices(5)).toEqual({ fresh: 1, cached: 2, cacheWrite: 3, output: 4 });
		expect(facts?.prices(6)).toEqual({ fresh: 6, cached: 7, cacheWrite: 8, output: 9 });
	});
});

describe('a mistake in the catalogue', () => {
	it('stops the start with file and line', () => {
		expect(errorOf('')).toContain('m.yml:1:1 version: this key is missing');
		expect(errorOf('a: [')).toContain('not valid YAML');
		expect(
			errorOf(`${provider}models:\n  p/m: { date: soon, contextWindow: 0, maxOutputTokens: 1, quirk: 1 }\n`),
		).toMatch(
			/m\.yml:5:16 models\.p\/m\.date.*\n.*m\.yml:5:37 models\.p\/m\.contextWindow.*\n.*m\.yml:5:60 models\.p\/m\.quirk: unknown key .*did you mean quirks\?/,
		);
		expect(errorOf(`${provider}models:\n  pp/m: { date: 2026-01-01, contextWindow: 9, maxOutputTokens: 1 }\n`)).toMatch(
			/m\.yml:5:3 .*unknown provider .*did you mean p\?/,
		);
		expect(errorOf(`${provider}models:\n  p/m: { date: 2026-01-01, contextWindow: 9, maxOutputTokens: 10 }\n`)).toMatch(
			/m\.yml:5:63 .*longer than the context window/,
		);
	});
});

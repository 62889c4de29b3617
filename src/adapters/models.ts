import { formatArm } from '../core/arm.ts';
import { Fault } from '../core/fault.ts';
import type { Catalogue, ModelFacts, ProviderFacts } from '../ports/catalogue.ts';
import type { Model, Models } from '../ports/model.ts';
import type { Endpoint } from './anthropic/anthropic-model.ts';
import type { StallLimits } from './http/stall-watch.ts';

/** Models over the network, with keys and base URLs from the environment under the names that the catalogue gives. */
export function createModels(
	catalogue: Catalogue,
	env: Readonly<Record<string, string | undefined>>,
	limits?: StallLimits,
): Models {
	return {
		isConfigured(arm) {
			const provider = catalogue.provider(arm.provider);
			return provider !== null && catalogue.facts(arm) !== null && missingOf(provider, env) === null;
		},
		forArm(arm) {
			const provider = catalogue.provider(arm.provider);
			const facts = catalogue.facts(arm);
			if (provider === null || facts === null) {
				throw new Fault('permanent', `${formatArm(arm)} is not in the model catalogue`);
			}
			const missing = missingOf(provider, env);
			if (missing !== null) {
				throw new Fault('permanent', `${formatArm(arm)} cannot be called: set ${missing} in the environment`);
			}
			const endpoint: Endpoint = {
				provider: provider.id,
				baseUrl: (provider.baseUrlVariable === null ? undefined : env[provider.baseUrlVariable]) || provider.baseUrl,
				key: provider.keyVariable === null ? null : (env[provider.keyVariable] ?? null),
				...(limits === undefined ? {} : { limits }),
			};
			return createModel(endpoint, facts);
		},
	};
}

/** Talks by the model's protocol; the provider's SDK is loaded with the first call. */
function createModel(endpoint: Endpoint, facts: ModelFacts): Model {
	const create =
		facts.protocol === 'anthropic'
			? async () => (await import('./anthropic/anthropic-model.ts')).createAnthropicModel
			: async () => (await import('./openai/openai-model.ts')).createOpenAiModel;
	return { complete: async (...call) => (await create())(endpoint, facts).complete(...call) };
}

/**
 * The variable without which a provider cannot be called; null when nothing is missing. A server without a key is used only when
 * its address was set, since nobody can tell whether one runs.
 */
function missingOf(provider: ProviderFacts, env: Readonly<Record<string, string | undefined>>): string | null {
	if (provider.keyVariable !== null) return env[provider.keyVariable] ? null : provider.keyVariable;
	if (provider.baseUrlVariable !== null) return env[provider.baseUrlVariable] ? null : provider.baseUrlVariable;
	return null;
}

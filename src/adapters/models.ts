import { formatArm } from '../core/arm.ts';
import { Fault } from '../core/fault.ts';
import type { Catalogue, ProviderFacts } from '../ports/catalogue.ts';
import type { Models } from '../ports/model.ts';
import { createAnthropicModel, type Endpoint } from './anthropic/anthropic-model.ts';
import type { StallLimits } from './http/stall-watch.ts';
import { createOpenAiModel } from './openai/openai-model.ts';

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
			const create = facts.protocol === 'anthropic' ? createAnthropicModel : createOpenAiModel;
			return create(endpoint, facts);
		},
	};
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

import type { Arm } from '../core/arm.ts';
import type { Prices } from '../core/usage.ts';

/** What is known of a model: facts with a date, from `config/models.yml` and public price data. */
export interface ModelFacts {
	protocol: 'anthropic' | 'openai';
	contextWindow: number;
	maxOutputTokens: number;
	/** For a prompt of `promptTokens` tokens (some prices have tiers); null is "unpriced". */
	prices(promptTokens: number): Prices | null;
	quirks: {
		/** Earlier thinking must be sent back with tool results (`reasoning_content`). For people: replies always go back whole. */
		sendsReasoningBack: boolean;
		/** `tool_choice` must not name a tool: ask with `auto`, and in words. Absent means false. */
		refusesForcedTools?: boolean;
		/** Sent with every request. No temperature is ever sent: some providers fix it. */
		extraBody: Record<string, unknown>;
	};
}

export interface ProviderFacts {
	id: string;
	protocol: 'anthropic' | 'openai';
	baseUrl: string;
	/** Environment variable that overrides the base URL. */
	baseUrlVariable: string | null;
	/** Environment variable that holds the key; null for local servers, which need none. */
	keyVariable: string | null;
}

export interface Catalogue {
	provider(id: string): ProviderFacts | null;
	/** Null when the provider or the model is unknown. */
	facts(arm: Arm): ModelFacts | null;
	/** `provider/model` names, for checks, messages and nearest matches; `provider/*` where any model name goes. */
	names(): string[];
}

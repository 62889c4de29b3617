import { describe, expect, it } from 'vitest';
import { buildModelFault, type ProviderError } from '../../../src/adapters/http/model-fault.ts';

function kindOf(error: Partial<ProviderError>): string {
	const whole = { provider: 'p', status: 400, type: '', code: '', message: '', headers: null, ...error };
	return buildModelFault(whole, null).kind;
}

describe("a provider's error", () => {
	it.each<[string, Partial<ProviderError>]>([
		[
			'OpenAI',
			{
				status: 429,
				type: 'tokens',
				code: 'rate_limit_exceeded',
				message:
					'Rate limit reached for gpt-4o on tokens per min (TPM): Limit 10000, Used 6630, Requested 3787. Please try again in 2.5s. You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing.',
			},
		],
		[
			'Google',
			{ status: 429, message: 'You exceeded your current quota, please check your plan and billing details.' },
		],
	])('of a limit per minute is waited out although it speaks of billing: %s', (_provider, error) => {
		expect(kindOf(error)).toBe('rate_limited');
	});

	it.each<[string, Partial<ProviderError>]>([
		['OpenAI', { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }],
		['Anthropic', { message: 'Your credit balance is too low to access the Anthropic API.' }],
		['Anthropic, by type', { type: 'billing_error' }],
		['Moonshot', { status: 429, type: 'exceeded_current_quota_error' }],
		['OpenRouter', { status: 402, message: 'Insufficient credits' }],
	])('of an empty account is not tried again: %s', (_provider, error) => {
		expect(kindOf(error)).toBe('spend_limit');
	});

	it.each<[string, string]>([
		['Anthropic', 'prompt is too long: 205000 tokens > 200000 maximum'],
		['OpenAI', "This model's maximum context length is 128000 tokens."],
		['Moonshot', 'Invalid request: Your request exceeded model token limit: 262144'],
		['xAI', "This model's maximum prompt length is 131072 but the request contains 537812 tokens."],
		['Google', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).'],
		['llama.cpp', 'the request exceeds the available context size, try increasing it'],
	])('of a conversation that is too long is known by its words: %s', (_provider, message) => {
		expect(kindOf({ message })).toBe('context_too_large');
	});

	it('of a refused key says nothing that the provider said, which may quote it', () => {
		const error = { provider: 'p', status: 401, type: '', code: '', message: 'bad key sk-123', headers: null };
		expect(buildModelFault(error, null).message).toBe('p (401): the key was refused');
	});
});

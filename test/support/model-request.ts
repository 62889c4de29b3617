import type { Message } from '../../src/core/message.ts';
import type { ModelFacts } from '../../src/ports/catalogue.ts';
import type { ModelRequest } from '../../src/ports/model.ts';

export const plainFacts: ModelFacts = {
	protocol: 'anthropic',
	contextWindow: 200_000,
	maxOutputTokens: 8000,
	prices: () => null,
	quirks: { sendsReasoningBack: false, extraBody: {} },
};

/** A request of one user message with one tool, changed as asked. */
export function buildRequest(provider: string, changes: Partial<ModelRequest> = {}): ModelRequest {
	const messages: Message[] = [{ role: 'user', blocks: [{ type: 'text', text: 'hello' }] }];
	return {
		arm: { runtime: 'native', provider, model: 'test-model', effort: null },
		system: 'You are tested.',
		tools: [{ name: 'read', description: 'Reads.', parameters: { type: 'object', properties: {} } }],
		messages,
		toolChoice: 'auto',
		maxOutputTokens: 1000,
		cacheKey: 'run1/job1',
		place: { run: 'run1', job: 'job1', round: 1, turn: 1 },
		...changes,
	};
}

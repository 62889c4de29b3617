import { countOutput } from './anthropic-events.ts';
import { AutomaticCache } from './automatic-cache.ts';
import { isObject } from './body.ts';
import { findOpenAiProblem, type ReasoningContent } from './openai-checks.ts';
import { buildOpenAiEvents, formatOpenAiEvent } from './openai-events.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { Wire } from './wire.ts';

export function createOpenAiWire(clock: VirtualClock, reasoning: ReasoningContent, writes: 'reported' | 'free'): Wire {
	const cache = new AutomaticCache(clock);
	const formatError = (type: string, message: string) => ({ error: { message, type, param: null, code: type } });
	return {
		protocol: 'openai',
		ping: ': keep-alive\n\n',
		findProblem: (body) => findOpenAiProblem(body, reasoning),
		answer(body, reply, number) {
			const { usage: found, commit } = cache.lookUp(body);
			const usage = writes === 'reported' ? found : { ...found, written: 0 };
			const asked = isObject(body.stream_options) && body.stream_options.include_usage === true;
			return {
				events: buildOpenAiEvents(reply, {
					id: `chatcmpl-${number}`,
					model: String(body.model),
					usage: asked ? usage : null,
				}),
				tokens: { ...usage, output: countOutput(reply) },
				begin: commit,
			};
		},
		formatError,
		formatErrorEvent: (type, message) => formatOpenAiEvent(formatError(type, message)),
	};
}

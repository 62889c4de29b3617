import type { ScriptedReply } from './answer.ts';
import { countOutput, formatArguments, halves } from './anthropic-events.ts';
import type { AutomaticUsage } from './automatic-cache.ts';
import { countTokens } from './body.ts';

const stops = {
	end: 'stop',
	tool_calls: 'tool_calls',
	max_tokens: 'length',
	refusal: 'content_filter',
	context_window: 'length',
	paused: 'stop',
} as const;

/** A reply as chunks of https://platform.openai.com/docs/api-reference/chat-streaming; thinking as Moonshot sends it. */
export function buildOpenAiEvents(
	reply: ScriptedReply,
	about: { id: string; model: string; usage: AutomaticUsage | null },
): string[] {
	const base = { id: about.id, object: 'chat.completion.chunk', created: 0, model: about.model };
	const events: string[] = [];
	const send = (delta: object, finish: string | null = null) => {
		const choices = [{ index: 0, delta, finish_reason: finish }];
		events.push(formatOpenAiEvent({ ...base, choices, usage: null }));
	};
	send({ role: 'assistant', content: '' });
	for (const text of halves(reply.think ?? '')) send({ reasoning_content: text });
	for (const text of halves(reply.say ?? '')) send({ content: text });
	for (const [index, call] of (reply.calls ?? []).entries()) {
		const id = `call_${about.id}_${index + 1}`;
		send({ tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] });
		for (const text of halves(formatArguments(call.arguments))) {
			send({ tool_calls: [{ index, function: { arguments: text } }] });
		}
	}
	const stop = reply.stop ?? ((reply.calls ?? []).length > 0 ? 'tool_calls' : 'end');
	send({}, stops[stop]);
	if (about.usage !== null) {
		const { prompt, cached, written } = about.usage;
		const output = countOutput(reply);
		events.push(
			formatOpenAiEvent({
				...base,
				choices: [],
				usage: {
					prompt_tokens: prompt,
					completion_tokens: output,
					total_tokens: prompt + output,
					prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
					completion_tokens_details: { reasoning_tokens: reply.think === undefined ? 0 : countTokens(reply.think) },
				},
			}),
		);
	}
	events.push('data: [DONE]\n\n');
	return events;
}

export function formatOpenAiEvent(data: object): string {
	return `data: ${JSON.stringify(data)}\n\n`;
}

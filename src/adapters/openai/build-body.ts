import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import type { AssistantMessage, Message } from '../../core/message.ts';
import type { ModelFacts } from '../../ports/catalogue.ts';
import type { ModelRequest } from '../../ports/model.ts';

/** Providers that take `prompt_cache_key`; others may refuse a field that they do not know. */
const keyed = new Set(['openai', 'moonshot']);

/** The body of a Chat Completions request, for OpenAI and those compatible with it. */
export function buildOpenAiBody(
	request: ModelRequest,
	facts: ModelFacts,
): OpenAI.ChatCompletionCreateParamsStreaming & Record<string, unknown> {
	const { arm } = request;
	const limit = arm.provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
	const tool =
		request.toolChoice === 'auto' || facts.quirks.refusesForcedTools === true ? null : request.toolChoice.tool;
	return {
		...(arm.effort === null ? {} : { reasoning_effort: arm.effort }),
		// After the effort: where a model takes tools only without reasoning, that holds whatever the mix asks for.
		...facts.quirks.extraBody,
		...(keyed.has(arm.provider) ? { prompt_cache_key: shorten(request.cacheKey) } : {}),
		model: arm.model,
		[limit]: request.maxOutputTokens,
		messages: [{ role: 'system', content: request.system }, ...request.messages.flatMap(buildMessages)],
		tools: request.tools.map(({ name, description, parameters }) => ({
			type: 'function',
			function: { name, description, parameters },
		})),
		tool_choice: tool === null ? 'auto' : { type: 'function', function: { name: tool } },
		stream: true,
		stream_options: { include_usage: true },
	};
}

/** OpenAI refuses a `prompt_cache_key` of more than 64 characters, and the names of jobs are the repository's own. */
function shorten(key: string): string {
	return key.length <= 64 ? key : createHash('sha256').update(key).digest('hex');
}

function buildMessages(message: Message): OpenAI.ChatCompletionMessageParam[] {
	if (message.role === 'assistant') return [buildAssistant(message)];
	const built: OpenAI.ChatCompletionMessageParam[] = [];
	const texts: string[] = [];
	for (const block of message.blocks) {
		if (block.type === 'text') texts.push(block.text);
		// The protocol has no mark for errors; the texts of ours start with `E_`.
		else built.push({ role: 'tool', tool_call_id: block.id, content: block.text });
	}
	if (texts.length > 0) built.push({ role: 'user', content: texts.join('\n\n') });
	return built;
}

/** The provider's own message where it is; for replies of a recording, the same made of our words. */
function buildAssistant(message: AssistantMessage): OpenAI.ChatCompletionMessageParam {
	const { raw } = message;
	if (raw !== null && typeof raw === 'object' && !Array.isArray(raw) && isMessage(raw.openai)) {
		return { ...raw.openai, role: 'assistant' };
	}
	const calls = message.blocks.filter((block) => block.type === 'tool_call');
	const text = message.blocks.flatMap((block) => (block.type === 'text' ? block.text : [])).join('');
	return {
		role: 'assistant',
		content: text === '' && calls.length > 0 ? null : text,
		...(calls.length === 0
			? {}
			: {
					tool_calls: calls.map((call) => ({
						id: call.id,
						type: 'function' as const,
						function: { name: call.name, arguments: echoArguments(call.arguments) },
					})),
				}),
	};
}

function isMessage(value: unknown): value is { content: string | null } {
	return value !== null && typeof value === 'object' && 'content' in value;
}

/** Servers that read the arguments of earlier calls fail on text that is no JSON object; the model is told of it in the result. */
export function echoArguments(text: string): string {
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === 'object' && !Array.isArray(value) ? text : '{}';
	} catch {
		return '{}';
	}
}

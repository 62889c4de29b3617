import type OpenAI from 'openai';
import type { ModelReply, StopReason } from '../../core/journal.ts';
import type { Json } from '../../core/json.ts';
import type { AssistantMessage } from '../../core/message.ts';
import type { Usage } from '../../core/usage.ts';
import { type ModelDelta, ModelFault } from '../../ports/model.ts';
import { echoArguments } from './build-body.ts';

export type StreamedReply = Pick<ModelReply, 'message' | 'stop' | 'usage' | 'model'>;

interface Call {
	/** The stream's own number for it; null where it sends none. */
	index: number | null;
	id: string;
	name: string;
	arguments: string;
	/** Fields beyond the protocol that must go back as they came, such as Google's thought signatures. */
	extra: { [key: string]: Json };
}

interface Received {
	content: string;
	refusal: string;
	/** Fields of thinking by their name: `reasoning_content` (Moonshot, xAI), `reasoning` (OpenRouter). */
	reasoning: Map<string, string>;
	/** OpenRouter's signed reasoning, in the order in which it came. */
	details: Json[];
	calls: Call[];
	finish: string | null;
	usage: OpenAI.CompletionUsage | null;
	model: string;
}

const stops: Record<string, StopReason> = {
	stop: 'end_turn',
	length: 'max_tokens',
	tool_calls: 'tool_calls',
	function_call: 'tool_calls',
	content_filter: 'refusal',
};

/**
 * Puts a streamed completion together.
 *
 * @throws ModelFault network when the stream ends without a finish reason.
 */
export async function readOpenAiStream(
	chunks: AsyncIterable<OpenAI.ChatCompletionChunk>,
	place: { job: string; turn: number },
	onDelta: (delta: ModelDelta) => void,
): Promise<StreamedReply> {
	const received: Received = {
		content: '',
		refusal: '',
		reasoning: new Map(),
		details: [],
		calls: [],
		finish: null,
		usage: null,
		model: '',
	};
	for await (const chunk of chunks) {
		if (chunk.model) received.model = chunk.model;
		if (chunk.usage) received.usage = chunk.usage;
		const choice = chunk.choices?.[0];
		if (choice === undefined) continue;
		if (choice.finish_reason) received.finish = choice.finish_reason;
		// Moonshot reports the usage in the last choice.
		if ('usage' in choice && isUsage(choice.usage)) received.usage = choice.usage;
		if (choice.delta) addDelta(received, choice.delta, onDelta);
	}
	if (received.finish === null) throw new ModelFault('network', 'the stream ended before the message did');
	nameCalls(received.calls, place);
	const refused = received.refusal !== '' && received.calls.length === 0;
	const named = stops[received.finish] ?? 'end_turn';
	// Some servers say `stop` for a reply with calls.
	const stop = named === 'end_turn' && received.calls.length > 0 ? 'tool_calls' : named;
	return {
		message: buildMessage(received),
		stop: refused ? 'refusal' : stop,
		usage: readOpenAiUsage(received.usage),
		model: received.model,
	};
}

function addDelta(
	received: Received,
	delta: OpenAI.ChatCompletionChunk.Choice.Delta,
	onDelta: (delta: ModelDelta) => void,
): void {
	if (typeof delta.content === 'string' && delta.content !== '') {
		received.content += delta.content;
		onDelta({ type: 'text', text: delta.content });
	}
	if (typeof delta.refusal === 'string') received.refusal += delta.refusal;
	for (const [name, value] of Object.entries(delta)) {
		if ((name === 'reasoning_content' || name === 'reasoning') && typeof value === 'string') {
			received.reasoning.set(name, (received.reasoning.get(name) ?? '') + value);
			onDelta({ type: 'thinking', text: value });
		}
		if (name === 'reasoning_details' && Array.isArray(value)) received.details.push(...value);
	}
	for (const part of delta.tool_calls ?? []) {
		const call = findCall(received.calls, part);
		if (part.id) call.id = part.id;
		if (part.function?.name) call.name += call.name === part.function.name ? '' : part.function.name;
		if (part.function?.arguments) {
			call.arguments += part.function.arguments;
			onDelta({ type: 'tool_arguments', text: part.function.arguments });
		}
		const { index: _, id: __, type: ___, function: ____, ...extra } = part;
		Object.assign(call.extra, extra);
	}
}

/**
 * Parts of one call share an index; servers that send none send each call whole. Google gives every call the index 0, so a new id
 * with a name begins another call (https://github.com/NousResearch/hermes-agent/issues/62940).
 */
function findCall(calls: Call[], part: { index?: number; id?: string; function?: { name?: string } }): Call {
	const index = part.index ?? null;
	const known =
		index === null && part.id ? undefined : calls.findLast((call) => index === null || call.index === index);
	const another = known !== undefined && known.id !== '' && !!part.id && part.id !== known.id && !!part.function?.name;
	if (known !== undefined && !another) return known;
	const fresh: Call = { index, id: '', name: '', arguments: '', extra: {} };
	calls.push(fresh);
	return fresh;
}

/** Some servers leave ids out or give the same one to every call; results are told apart by them. */
function nameCalls(calls: Call[], place: { job: string; turn: number }): void {
	const used = new Set<string>();
	for (const [index, call] of calls.entries()) {
		if (call.id === '' || used.has(call.id)) call.id = `call_${place.job}_${place.turn}_${index + 1}`;
		used.add(call.id);
	}
}

function buildMessage(received: Received): AssistantMessage {
	const { calls } = received;
	const blocks: AssistantMessage['blocks'] = [];
	const thinking = received.reasoning.get('reasoning_content') ?? received.reasoning.get('reasoning');
	if (thinking !== undefined && thinking !== '') blocks.push({ type: 'thinking', text: thinking });
	if (received.content !== '') blocks.push({ type: 'text', text: received.content });
	for (const call of calls) blocks.push({ type: 'tool_call', id: call.id, name: call.name, arguments: call.arguments });
	const message: { [key: string]: Json } = {
		content: received.content === '' && calls.length > 0 ? null : received.content,
		...Object.fromEntries(received.reasoning),
	};
	if (received.details.length > 0) message.reasoning_details = received.details;
	if (calls.length > 0) {
		message.tool_calls = calls.map((call) => ({
			...call.extra,
			id: call.id,
			type: 'function',
			function: { name: call.name, arguments: echoArguments(call.arguments) },
		}));
	}
	return { role: 'assistant', blocks, raw: { openai: message } };
}

function isUsage(value: unknown): value is OpenAI.CompletionUsage {
	return value !== null && typeof value === 'object' && 'prompt_tokens' in value;
}

/** `prompt_tokens` holds what was read from and written to a cache; `completion_tokens` the reasoning. Null when impossible. */
export function readOpenAiUsage(usage: (OpenAI.CompletionUsage & { cached_tokens?: number }) | null): Usage | null {
	if (usage === null) return null;
	const cached = usage.prompt_tokens_details?.cached_tokens ?? usage.cached_tokens ?? 0;
	const cacheWrite = usage.prompt_tokens_details?.cache_write_tokens ?? 0;
	const parts: Usage = {
		fresh: usage.prompt_tokens - cached - cacheWrite,
		cached,
		cacheWrite,
		output: usage.completion_tokens,
		reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
	};
	const possible = Object.values(parts).every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0);
	return possible ? parts : null;
}

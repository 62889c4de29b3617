import type Anthropic from '@anthropic-ai/sdk';
import type { ModelReply, StopReason } from '../../core/journal.ts';
import type { Json } from '../../core/json.ts';
import type { AssistantMessage } from '../../core/message.ts';
import type { Usage } from '../../core/usage.ts';
import { type ModelDelta, ModelFault } from '../../ports/model.ts';
import { parseInput } from './build-body.ts';

export type StreamedReply = Pick<ModelReply, 'message' | 'stop' | 'usage' | 'model'>;

const stops: Record<string, StopReason> = {
	end_turn: 'end_turn',
	stop_sequence: 'end_turn',
	tool_use: 'tool_calls',
	max_tokens: 'max_tokens',
	refusal: 'refusal',
	pause_turn: 'paused',
	model_context_window_exceeded: 'context_window_exceeded',
};

type Block = { [key: string]: Json };

/**
 * Puts a streamed message together. Every block is kept as the API sent it, kinds unknown to us included.
 *
 * @throws ModelFault network when the stream ends before the message does.
 */
export async function readAnthropicStream(
	events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
	onDelta: (delta: ModelDelta) => void,
): Promise<StreamedReply> {
	const blocks: Block[] = [];
	const inputs = new Map<number, string>();
	let model = '';
	let stop: string | null = null;
	let ended = false;
	let usage: Partial<Anthropic.Usage> = {};
	for await (const event of events) {
		switch (event.type) {
			case 'message_start':
				model = event.message.model;
				usage = { ...event.message.usage };
				break;
			case 'content_block_start':
				blocks[event.index] = JSON.parse(JSON.stringify(event.content_block));
				break;
			case 'content_block_delta': {
				const block = blocks[event.index];
				if (block === undefined) throw new ModelFault('network', 'anthropic: a delta for a block that never began');
				addDelta(block, event, inputs, onDelta);
				break;
			}
			case 'message_delta':
				stop = event.delta.stop_reason;
				// Cumulative: replaces what was said before, where it says anything.
				for (const [key, value] of Object.entries(event.usage ?? {})) {
					if (value !== null) usage = { ...usage, [key]: value };
				}
				break;
			case 'message_stop':
				ended = true;
				break;
			default:
				break;
		}
	}
	if (!ended) throw new ModelFault('network', 'anthropic: the stream ended before the message did');
	return {
		message: buildMessage(blocks, inputs),
		stop: stops[stop ?? ''] ?? 'end_turn',
		usage: readUsage(usage),
		model,
	};
}

function addDelta(
	block: Block,
	event: Anthropic.RawContentBlockDeltaEvent,
	inputs: Map<number, string>,
	onDelta: (delta: ModelDelta) => void,
): void {
	const append = (key: string, text: string) => {
		const before = block[key];
		block[key] = (typeof before === 'string' ? before : '') + text;
	};
	switch (event.delta.type) {
		case 'text_delta':
			append('text', event.delta.text);
			onDelta({ type: 'text', text: event.delta.text });
			return;
		case 'thinking_delta':
			append('thinking', event.delta.thinking);
			onDelta({ type: 'thinking', text: event.delta.thinking });
			return;
		case 'signature_delta':
			append('signature', event.delta.signature);
			return;
		case 'input_json_delta':
			inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
			onDelta({ type: 'tool_arguments', text: event.delta.partial_json });
			return;
		default:
			return;
	}
}

function buildMessage(received: Block[], inputs: ReadonlyMap<number, string>): AssistantMessage {
	const blocks: AssistantMessage['blocks'] = [];
	const raw: Json[] = [];
	for (const [index, block] of received.entries()) {
		if (block === undefined) continue;
		if (block.type === 'tool_use') {
			const text = inputs.get(index) ?? JSON.stringify(block.input ?? {});
			block.input = JSON.parse(JSON.stringify(parseInput(text)));
			blocks.push({ type: 'tool_call', id: String(block.id), name: String(block.name), arguments: text });
		}
		if (block.type === 'text' && typeof block.text === 'string') blocks.push({ type: 'text', text: block.text });
		if (block.type === 'thinking' && typeof block.thinking === 'string') {
			blocks.push({ type: 'thinking', text: block.thinking });
		}
		// The API sends blank text blocks and does not take them back (https://github.com/LibreChat-AI/agents/pull/124).
		if (block.type === 'text' && typeof block.text === 'string' && block.text.trim() === '') continue;
		raw.push(block);
	}
	return { role: 'assistant', blocks, raw: { anthropic: raw } };
}

/** `input_tokens` leaves out what was read from and written to a cache; `output_tokens` holds the thinking. Null when impossible. */
export function readUsage(usage: Partial<Anthropic.Usage>): Usage | null {
	const parts: Usage = {
		fresh: usage.input_tokens ?? Number.NaN,
		cached: usage.cache_read_input_tokens ?? 0,
		cacheWrite: usage.cache_creation_input_tokens ?? 0,
		output: usage.output_tokens ?? Number.NaN,
		reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
	};
	const possible = Object.values(parts).every((tokens) => Number.isSafeInteger(tokens) && tokens >= 0);
	return possible && parts.reasoning <= parts.output ? parts : null;
}

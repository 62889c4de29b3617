import type { ScriptedReply } from './answer.ts';
import { countTokens } from './body.ts';
import type { MarkedUsage } from './marked-cache.ts';

const stops = {
	end: 'end_turn',
	tool_calls: 'tool_use',
	max_tokens: 'max_tokens',
	refusal: 'refusal',
	context_window: 'model_context_window_exceeded',
	paused: 'pause_turn',
} as const;

/** A reply as the events of https://platform.claude.com/docs/en/build-with-claude/streaming, in order. */
export function buildAnthropicEvents(
	reply: ScriptedReply,
	about: { id: string; model: string; usage: MarkedUsage; signature: string },
): string[] {
	const { usage } = about;
	const events: string[] = [];
	const send = (type: string, rest: object) => void events.push(formatAnthropicEvent(type, rest));
	send('message_start', {
		message: {
			id: about.id,
			type: 'message',
			role: 'assistant',
			model: about.model,
			content: [],
			stop_reason: null,
			stop_sequence: null,
			usage: {
				input_tokens: usage.fresh,
				cache_read_input_tokens: usage.read,
				cache_creation_input_tokens: usage.written['5m'] + usage.written['1h'],
				cache_creation: {
					ephemeral_5m_input_tokens: usage.written['5m'],
					ephemeral_1h_input_tokens: usage.written['1h'],
				},
				output_tokens: 1,
			},
		},
	});
	send('ping', {});
	let index = 0;
	const sendBlock = (start: object, deltas: object[]) => {
		send('content_block_start', { index, content_block: start });
		for (const delta of deltas) send('content_block_delta', { index, delta });
		send('content_block_stop', { index });
		index += 1;
	};
	if (reply.think !== undefined) {
		sendBlock({ type: 'thinking', thinking: '', signature: '' }, [
			...halves(reply.think).map((thinking) => ({ type: 'thinking_delta', thinking })),
			{ type: 'signature_delta', signature: about.signature },
		]);
	}
	if (reply.say !== undefined) {
		sendBlock(
			{ type: 'text', text: '' },
			halves(reply.say).map((text) => ({ type: 'text_delta', text })),
		);
	}
	for (const [place, call] of (reply.calls ?? []).entries()) {
		sendBlock({ type: 'tool_use', id: `toolu_${about.id}_${place + 1}`, name: call.name, input: {} }, [
			{ type: 'input_json_delta', partial_json: '' },
			...halves(formatArguments(call.arguments)).map((text) => ({ type: 'input_json_delta', partial_json: text })),
		]);
	}
	const stop = reply.stop ?? ((reply.calls ?? []).length > 0 ? 'tool_calls' : 'end');
	send('message_delta', {
		delta: { stop_reason: stops[stop], stop_sequence: null },
		usage: { output_tokens: countOutput(reply) },
	});
	send('message_stop', {});
	return events;
}

export function formatAnthropicEvent(type: string, rest: object): string {
	return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

export function formatArguments(args: NonNullable<ScriptedReply['calls']>[number]['arguments']): string {
	const isRaw = args !== null && typeof args === 'object' && 'raw' in args && typeof args.raw === 'string';
	return isRaw ? String(args.raw) : JSON.stringify(args);
}

/** Two pieces, so that whoever reads the stream has to put them together; empty text is no piece. */
export function halves(text: string): string[] {
	const middle = Math.ceil(text.length / 2);
	return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
}

export function countOutput(reply: ScriptedReply): number {
	const texts = [
		reply.think,
		reply.say,
		...(reply.calls ?? []).map((call) => call.name + formatArguments(call.arguments)),
	];
	return Math.max(1, countTokens(texts.join('')));
}

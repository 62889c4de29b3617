import type Anthropic from '@anthropic-ai/sdk';
import type { AssistantMessage, Message } from '../../core/message.ts';
import type { ModelFacts } from '../../ports/catalogue.ts';
import type { ModelRequest } from '../../ports/model.ts';

const cache = { cache_control: { type: 'ephemeral' as const } };

/**
 * The body of a Messages request. Cache breakpoints (four at most): system, which covers the tools before it; the first user
 * message; the last block, which the next request reads from; and one fifteen blocks before it, since a breakpoint looks back
 * at twenty blocks only.
 */
export function buildAnthropicBody(
	request: ModelRequest,
	facts: ModelFacts,
): Anthropic.MessageCreateParamsStreaming & Record<string, unknown> {
	const messages = request.messages.map(buildMessage);
	markBreakpoints(messages);
	const tool =
		request.toolChoice === 'auto' || facts.quirks.refusesForcedTools === true ? null : request.toolChoice.tool;
	const { thinking, ...extra } = facts.quirks.extraBody;
	return {
		...extra,
		// The API refuses a forced tool together with thinking.
		...(tool !== null || thinking === undefined ? {} : { thinking: thinking as Anthropic.ThinkingConfigParam }),
		...(request.arm.effort === null ? {} : { output_config: { effort: request.arm.effort } }),
		model: request.arm.model,
		max_tokens: request.maxOutputTokens,
		system: [{ type: 'text', text: request.system, ...cache }],
		tools: request.tools.map(({ name, description, parameters }) => ({
			name,
			description,
			input_schema: { ...parameters, type: 'object' as const },
		})),
		tool_choice: tool === null ? { type: 'auto' } : { type: 'tool', name: tool },
		messages,
		stream: true,
	};
}

function buildMessage(message: Message): Anthropic.MessageParam & { content: Anthropic.ContentBlockParam[] } {
	if (message.role === 'assistant') return { role: 'assistant', content: buildAssistant(message) };
	return {
		role: 'user',
		content: message.blocks.map((block) =>
			block.type === 'text'
				? { type: 'text', text: block.text }
				: { type: 'tool_result', tool_use_id: block.id, content: block.text, is_error: block.isError },
		),
	};
}

/** The provider's own content where it is; for replies of a recording, the same made of our words. */
function buildAssistant(message: AssistantMessage): Anthropic.ContentBlockParam[] {
	const { raw } = message;
	if (raw !== null && typeof raw === 'object' && !Array.isArray(raw) && isContent(raw.anthropic)) {
		// Markers are set on the copies; nothing below the first level is touched.
		return raw.anthropic.map((block) => ({ ...block }));
	}
	return message.blocks.flatMap((block): Anthropic.ContentBlockParam[] => {
		if (block.type === 'thinking') return [];
		if (block.type === 'text') return block.text.trim() === '' ? [] : [{ type: 'text', text: block.text }];
		return [{ type: 'tool_use', id: block.id, name: block.name, input: parseInput(block.arguments) }];
	});
}

/** Made by `read-stream.ts` from the API's own answer: whatever kinds of block it holds, the API takes them back as they are. */
function isContent(value: unknown): value is Anthropic.ContentBlockParam[] {
	return Array.isArray(value) && value.every((block) => typeof block === 'object' && block !== null && 'type' in block);
}

/** Arguments as an object; text that is none goes back in the form that the API's documents name for it. */
export function parseInput(text: string): { [key: string]: unknown } {
	try {
		const value: unknown = JSON.parse(text === '' ? '{}' : text);
		if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
	} catch {
		// Falls through to the marked form.
	}
	return { INVALID_JSON: text };
}

function markBreakpoints(messages: { content: Anthropic.ContentBlockParam[] }[]): void {
	const blocks = messages.flatMap((message) => message.content);
	const first = messages[0]?.content.at(-1);
	const marked = new Set([first, blocks.at(-1), blocks.length > 16 ? blocks.at(-16) : undefined]);
	for (const block of marked) {
		if (block === undefined || block.type === 'thinking' || block.type === 'redacted_thinking') continue;
		Object.assign(block, cache);
	}
}

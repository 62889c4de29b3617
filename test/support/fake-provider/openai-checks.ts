import { isObject, type JsonObject, objectsOf } from './body.ts';

/** Whether calls go back together with the thinking that made them: `required` by Moonshot, unknown to OpenAI. */
export type ReasoningContent = 'required' | 'ignored';

/** What a Chat Completions server would refuse with 400, in the words of OpenAI or Moonshot; null when it would answer. */
export function findOpenAiProblem(body: JsonObject, reasoning: ReasoningContent): string | null {
	if (typeof body.model !== 'string') return 'you must provide a model parameter';
	const messages = objectsOf(body.messages);
	if (messages.length === 0) return "Invalid 'messages': empty array. Expected an array with minimum length 1.";
	let open: string[] = [];
	const used = new Set<string>();
	for (const [index, message] of messages.entries()) {
		if (message.role === 'tool') {
			const id = String(message.tool_call_id);
			if (!open.includes(id)) {
				return "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
			}
			if (typeof message.content !== 'string') return `Invalid type for 'messages[${index}].content'.`;
			open = open.filter((other) => other !== id);
			continue;
		}
		if (open.length > 0) return orphanText(open);
		if (message.role !== 'assistant') continue;
		const calls = objectsOf(message.tool_calls);
		if (calls.length === 0 && typeof message.content !== 'string') {
			return `Invalid value for 'content': expected a string, got null. (messages[${index}])`;
		}
		if (calls.length > 0 && reasoning === 'required' && typeof message.reasoning_content !== 'string') {
			return `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`;
		}
		for (const call of calls) {
			if (!isObject(call.function) || typeof call.function.arguments !== 'string') {
				return `Invalid type for 'messages[${index}].tool_calls[0].function.arguments': expected a string.`;
			}
			const id = String(call.id);
			if (used.has(id)) return `Duplicate value for 'tool_call_id' of '${id}' in messages[${index}]`;
			used.add(id);
			open.push(id);
		}
	}
	return open.length > 0 ? orphanText(open) : null;
}

function orphanText(ids: readonly string[]): string {
	return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids.join(', ')}`;
}

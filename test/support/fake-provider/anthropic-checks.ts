import { blocksOf, isObject, type JsonObject, objectsOf } from './body.ts';
import type { Signatures } from './signatures.ts';

const mostMarkers = 4;

/** What the Messages API would refuse with 400, in its own words; null when it would answer. */
export function findAnthropicProblem(body: JsonObject, signatures: Signatures): string | null {
	if (typeof body.model !== 'string') return 'model: Field required';
	if (typeof body.max_tokens !== 'number' || body.max_tokens < 1) return 'max_tokens: Field required';
	const messages = objectsOf(body.messages);
	if (messages.length === 0) return 'messages: at least one message is required';
	return (
		findToolChoiceProblem(body) ??
		findMarkerProblem(body, messages) ??
		findContentProblem(messages) ??
		findPairProblem(messages) ??
		signatures.findProblem(body)
	);
}

function findToolChoiceProblem(body: JsonObject): string | null {
	const choice = isObject(body.tool_choice) ? body.tool_choice.type : 'auto';
	const thinking = isObject(body.thinking) ? body.thinking.type : 'disabled';
	const names = objectsOf(body.tools).map(({ name }) => name);
	if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
	if ((choice === 'tool' || choice === 'any') && thinking !== 'disabled') {
		return 'Thinking may not be enabled when tool_choice forces tool use.';
	}
	return null;
}

function findMarkerProblem(body: JsonObject, messages: readonly JsonObject[]): string | null {
	const blocks = [
		...objectsOf(body.tools),
		...blocksOf(body.system),
		...messages.flatMap(({ content }) => blocksOf(content)),
	];
	const marked = blocks.filter((block) => isObject(block.cache_control));
	if (marked.length > mostMarkers) {
		return `A maximum of ${mostMarkers} blocks with cache_control may be provided. Found ${marked.length}.`;
	}
	const ttls = marked.map((block) => (isObject(block.cache_control) ? (block.cache_control.ttl ?? '5m') : '5m'));
	if (ttls.lastIndexOf('1h') > (ttls.includes('5m') ? ttls.indexOf('5m') : ttls.length)) {
		return "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block";
	}
	for (const { type, text } of marked) {
		if (type === 'thinking' || type === 'redacted_thinking')
			return 'thinking.cache_control: Extra inputs are not permitted';
		if (type === 'text' && text === '') return 'cache_control cannot be set for empty text blocks';
	}
	return null;
}

function findContentProblem(messages: readonly JsonObject[]): string | null {
	if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
	for (const [index, { role, content }] of messages.entries()) {
		if (role !== 'user' && role !== 'assistant') return `messages.${index}.role: Input should be 'user' or 'assistant'`;
		const blocks = blocksOf(content);
		if (blocks.length === 0 && index < messages.length - 1)
			return `messages.${index}: all messages must have non-empty content`;
		for (const [place, block] of blocks.entries()) {
			if (block.type === 'text' && block.text === '') return 'messages: text content blocks must be non-empty';
			if (block.type === 'tool_use' && !isObject(block.input)) {
				return `messages.${index}.content.${place}.tool_use.input: Input should be a valid dictionary`;
			}
		}
	}
	return null;
}

/** Every call has its result at the start of the next message, and every result its call in the message before. */
function findPairProblem(messages: readonly JsonObject[]): string | null {
	const used = new Set<string>();
	for (const [index, message] of messages.entries()) {
		const blocks = blocksOf(message.content);
		const before = blocksOf(messages[index - 1]?.content);
		const asked =
			message.role === 'user' ? before.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])) : [];
		const results = blocks.filter(({ type }) => type === 'tool_result');
		for (const { tool_use_id: id } of results) {
			if (!asked.includes(id)) {
				return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
			}
		}
		const answered = results.map(({ tool_use_id: id }) => id);
		if (new Set(answered).size < answered.length) {
			return `messages.${index}: each \`tool_use\` must have a single result. Found multiple \`tool_result\` blocks.`;
		}
		const orphans = asked.filter((id) => !answered.includes(id));
		if (orphans.length > 0) return orphanText(index - 1, orphans.join(', '));
		const leading = blocks.findIndex(({ type }) => type !== 'tool_result');
		if (asked.length > 0 && leading !== -1 && leading < results.length) return orphanText(index - 1, asked.join(', '));
		for (const { type, id } of blocks) {
			if (type !== 'tool_use') continue;
			if (used.has(String(id))) return `messages.${index}: \`tool_use\` ids must be unique`;
			used.add(String(id));
		}
	}
	const last = blocksOf(messages.at(-1)?.content).find(({ type }) => type === 'tool_use');
	return last === undefined ? null : orphanText(messages.length - 1, String(last.id));
}

function orphanText(index: number, ids: string): string {
	return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
}

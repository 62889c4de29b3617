import type { Json } from './json.ts';

/** Text that a model said, or that is said to it. */
export interface TextBlock {
	type: 'text';
	text: string;
}

/** A tool that a model asks for. `arguments` is the raw JSON text as streamed: it may be cut or invalid. */
export interface ToolCallBlock {
	type: 'tool_call';
	id: string;
	name: string;
	arguments: string;
}

/** The answer to one tool call. Every call gets exactly one, also on abort. */
export interface ToolResultBlock {
	type: 'tool_result';
	id: string;
	text: string;
	isError: boolean;
}

/** Thinking as text, for people; the signed original lives in `raw` and is echoed from there. */
export interface ThinkingBlock {
	type: 'thinking';
	text: string;
}

export interface UserMessage {
	role: 'user';
	blocks: (TextBlock | ToolResultBlock)[];
}

/**
 * What a model answered. `raw` is the provider's own content, which is sent back byte for byte
 * (thinking signatures bind it); `blocks` is the same thing in our words.
 */
export interface AssistantMessage {
	role: 'assistant';
	blocks: (TextBlock | ThinkingBlock | ToolCallBlock)[];
	raw: Json;
}

export type Message = UserMessage | AssistantMessage;

/** A tool as a model sees it. `parameters` is a JSON Schema of type object. */
export interface ToolSpec {
	name: string;
	description: string;
	parameters: { [key: string]: Json };
}

import type { ScriptedReply } from './answer.ts';
import type { JsonObject } from './body.ts';

/** What the cache made of a prompt, over both kinds of cache: `prompt` is the whole, `cached` and `written` are parts of it. */
export interface TokenUse {
	prompt: number;
	cached: number;
	written: number;
	output: number;
}

/** One provider's protocol, as the server sees it. */
export interface Wire {
	readonly protocol: 'anthropic' | 'openai';
	/** A keep-alive within a stream. */
	readonly ping: string;
	/** What the protocol does not allow about a request, in the provider's words; null when nothing. */
	findProblem(body: JsonObject): string | null;
	/** The events of a reply. `begin` makes what the prompt wrote to the cache readable. */
	answer(body: JsonObject, reply: ScriptedReply, number: number): { events: string[]; tokens: TokenUse; begin(): void };
	formatError(type: string, message: string): object;
	formatErrorEvent(type: string, message: string): string;
}

import type { Json } from '../../../src/core/json.ts';

/** A call as the model makes it; `raw` arguments are sent as they are, JSON or not. */
export interface ScriptedCall {
	name: string;
	arguments: Json | { raw: string };
}

export interface ScriptedReply {
	kind: 'reply';
	say?: string;
	think?: string;
	calls?: ScriptedCall[];
	/** Default: `tool_calls` with calls, else `end`. */
	stop?: 'end' | 'tool_calls' | 'max_tokens' | 'refusal' | 'context_window' | 'paused';
}

/** What the provider does when asked. */
export type Answer =
	| ScriptedReply
	/** An HTTP error before any stream: 429 with or without `retryAfterSeconds`, 529, 500, 401. */
	| { kind: 'error'; status: number; type: string; message: string; retryAfterSeconds?: number }
	/** 200, half of the reply, then an error in the stream. */
	| { kind: 'error_in_stream'; type: string; message: string; reply: ScriptedReply }
	/** Half of the reply (nothing, not even a header, with null), then no more content until the client goes away. */
	| { kind: 'stall'; pings: 'sent' | 'none'; reply: ScriptedReply | null }
	/** Half of the reply, then the connection breaks. */
	| { kind: 'break'; reply: ScriptedReply };

/** What the script may look at. */
export interface Ask {
	protocol: 'anthropic' | 'openai';
	/** Counts the requests that passed the protocol's checks, from 1. */
	number: number;
	/** Assistant messages that the request holds: which turn of its conversation is asked for. */
	replies: number;
	body: Record<string, Json>;
}

export type Script = (ask: Ask) => Answer;

/** One answer after another, whoever asks; the last one for ever. For faults and retries. */
export function answerInOrder(...answers: readonly Answer[]): Script {
	return ({ number }) => pick(answers, number - 1);
}

/** Each conversation gets the reply of its own turn, so many may run at once; the last one for ever. */
export function answerByTurn(...answers: readonly Answer[]): Script {
	return ({ replies }) => pick(answers, replies);
}

/** A reply that makes one call. */
export function replyCalling(name: string, args: ScriptedCall['arguments'], more: Partial<ScriptedReply> = {}): Answer {
	return { kind: 'reply', calls: [{ name, arguments: args }], ...more };
}

function pick(answers: readonly Answer[], index: number): Answer {
	return answers[Math.min(index, answers.length - 1)] ?? { kind: 'reply', say: '' };
}

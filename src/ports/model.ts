import type { Arm } from '../core/arm.ts';
import type { ModelReply } from '../core/journal.ts';
import type { Message, ToolSpec } from '../core/message.ts';

export interface ModelRequest {
	arm: Arm;
	system: string;
	/** Fixed and sorted for a job's whole life: caches and thinking signatures depend on it. */
	tools: ToolSpec[];
	messages: Message[];
	/** `auto`, or the name of the one tool that must be called. */
	toolChoice: 'auto' | { tool: string };
	maxOutputTokens: number;
	/** Stable per run and job, so that providers route to a warm cache. */
	cacheKey: string;
	/** Where in a run this call stands; what a replay is looked up by. */
	place: { run: string; job: string; round: number; turn: number };
}

/** What a stream says while it runs; for live progress only. */
export type ModelDelta = { type: 'text' | 'thinking' | 'tool_arguments'; text: string };

export type ModelFaultKind =
	| 'rate_limited'
	| 'overloaded'
	| 'network'
	| 'stalled'
	| 'context_too_large'
	| 'request_invalid'
	| 'not_authorised'
	| 'spend_limit'
	| 'empty_reply'
	| 'replay_exhausted';

/** A model call that gave no usable reply. The agent loop decides what to do; adapters never retry by themselves. */
export class ModelFault extends Error {
	readonly kind: ModelFaultKind;
	readonly retryAfterMs: number | null;

	constructor(kind: ModelFaultKind, message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'ModelFault';
		this.kind = kind;
		this.retryAfterMs = options.retryAfterMs ?? null;
	}
}

/** One way of talking to models. Adapters: Anthropic, OpenAI-compatible, replay. */
export interface Model {
	/** @throws ModelFault for everything that is not a reply; the abort reason when `signal` fires. */
	complete(request: ModelRequest, signal: AbortSignal, onDelta?: (delta: ModelDelta) => void): Promise<ModelReply>;
}

/** Finds the way to talk to an arm. @throws Fault permanent, naming the environment variable, when its key is missing. */
export interface Models {
	forArm(arm: Arm): Model;
	/** Whether calls to the arm can be made: its key or local server is configured. */
	isConfigured(arm: Arm): boolean;
}

import type { Evidence } from './evidence.ts';
import type { Feedback } from './feedback.ts';
import type { Frozen } from './frozen.ts';
import type { Json } from './json.ts';
import type { AssistantMessage, ToolResultBlock } from './message.ts';
import type { Outcome } from './outcome.ts';
import type { Role } from './role.ts';
import type { Signal, SignalName } from './signal.ts';
import type { Usage } from './usage.ts';

/** Why a model stopped, over all providers. */
export const stopReasons = [
	'end_turn',
	'tool_calls',
	'max_tokens',
	'refusal',
	'context_window_exceeded',
	'paused',
] as const;
export type StopReason = (typeof stopReasons)[number];

/** A finished model call, as it is journaled and as a `replay` provider gives it back. */
export interface ModelReply {
	message: AssistantMessage;
	stop: StopReason;
	/** Null when the provider reported none, or nonsense. */
	usage: Usage | null;
	/** The model's own name of itself in the reply. */
	model: string;
	requestId: string | null;
	durationMs: number;
	firstTokenMs: number | null;
}

/**
 * The run's append-only log; everything known of a run is a fold over it. Closed set: a reader that meets an unknown
 * type must stop, not skip.
 */
export type JournalEvent =
	| { type: 'run.created'; frozen: Frozen; factoryVersion: string }
	| { type: 'run.ended'; outcome: Outcome; reason: string }
	/** The last word on GitHub (labels, status comment) is written; nothing is left to do. */
	| { type: 'run.closed' }
	| { type: 'job.started'; job: string; attempt: number; round: number; worker: string }
	| { type: 'job.skipped'; job: string; reason: string }
	| { type: 'job.ended'; job: string; outcome: Outcome; reason: string; outputs: Record<string, Json> }
	| { type: 'job.sent_back'; job: string; to: string; feedback: Feedback; outputs: Record<string, Json> }
	| { type: 'job.waiting'; job: string; reason: string; signals: SignalName[]; until: number | null }
	/** A fault, not a refusal: tried again at `retryAt` (ms since 1970), or never when null. */
	| { type: 'job.faulted'; job: string; fault: string; message: string; retryAt: number | null }
	| { type: 'signal.received'; id: string; signal: Signal }
	/** An act upon the world, announced before and recorded after; `key` finds it again on GitHub. */
	| { type: 'effect.intended'; job: string | null; key: string; kind: string }
	| { type: 'effect.done'; job: string | null; key: string; kind: string; found: boolean; result: Json }
	/** A job may ask several agents, one after another; entries up to the next such event belong to this one. */
	| { type: 'agent.started'; job: string; role: Role }
	/** `reservedUsd` is the most that the call may cost, set aside until its cost is known; 0 for a model without a price. */
	| {
			type: 'model.requested';
			job: string;
			turn: number;
			arm: string;
			role: Role;
			digest: string;
			messages: number;
			reservedUsd?: number;
	  }
	| { type: 'model.responded'; job: string; turn: number; arm: string; reply: ModelReply; usd: number | null }
	| { type: 'model.failed'; job: string; turn: number; arm: string; fault: string; message: string; usd: number | null }
	| { type: 'tool.started'; job: string; turn: number; call: string; tool: string; arguments: string }
	| { type: 'tool.ended'; job: string; turn: number; call: string; result: ToolResultBlock; durationMs: number }
	/** Something said to the model between turns: a nudge, a warning, feedback. */
	| { type: 'agent.told'; job: string; turn: number; text: string }
	/** A working note of the agent (hypothesis, decision), kept for later rounds. */
	| { type: 'agent.noted'; job: string; turn: number; text: string }
	/** The worktree's whole state after a turn that changed it, as a git tree held by the host. */
	| { type: 'tree.saved'; job: string; turn: number; treeSha: string }
	| { type: 'evidence.recorded'; job: string; evidence: Evidence };

export type JournalEventType = JournalEvent['type'];

/** One line of the journal. `seq` starts at 1 and has no gaps; `at` is ms since 1970. */
export interface JournalEntry {
	run: string;
	seq: number;
	at: number;
	event: JournalEvent;
}

import { createHash } from 'node:crypto';
import type { JournalEvent, ModelReply } from '../core/journal.ts';
import type { Message, ToolCallBlock, ToolResultBlock, UserMessage } from '../core/message.ts';
import { promptTokensOf } from '../core/usage.ts';
import type { ModelFaultKind } from '../ports/model.ts';
import { Discipline } from './discipline.ts';
import type { Failure } from './failure.ts';
import { Snapshots } from './tools/snapshots.ts';

/** A reply that was taken into the conversation, and what was answered to it so far. */
export interface Turn {
	number: number;
	/** `provider/model`. */
	arm: string;
	reply: ModelReply;
	calls: ToolCallBlock[];
	results: Map<string, ToolResultBlock>;
	told: string[];
}

/** Why a reply was not taken into the conversation; null when it was. */
export function discardReason(reply: ModelReply): 'refusal' | 'context_too_large' | 'empty_reply' | null {
	if (reply.stop === 'refusal') return 'refusal';
	if (reply.stop === 'context_window_exceeded') return 'context_too_large';
	const says = reply.message.blocks.some((block) =>
		block.type === 'tool_call' ? true : block.type === 'text' && block.text.trim() !== '',
	);
	return says || reply.stop === 'paused' ? null : 'empty_reply';
}

const discardText = {
	refusal: 'the model refused to answer',
	context_too_large: 'the conversation no longer fits the context window',
	empty_reply: 'the model answered nothing',
};

function describeDiscard(reason: keyof typeof discardText, reply: ModelReply): string {
	if (reason !== 'empty_reply' || reply.stop !== 'max_tokens') return discardText[reason];
	const tokens = reply.usage === null ? '' : ` of ${reply.usage.output} tokens`;
	return `the model thought until its output limit${tokens} and answered nothing`;
}

/**
 * Where a job's conversation stands: a fold over its journal. A running loop and a resumed one apply the same events, so both
 * send the same messages. Messages are only ever appended.
 */
export class Progress {
	readonly messages: Message[] = [];
	readonly snapshots = new Snapshots();
	readonly discipline = new Discipline();
	/** The number of the last turn; every reply received counts, discarded ones included. */
	turns: number;
	/** The arm whose reply was accepted first; it stays for the round. */
	arm: string | null = null;
	/** Faults and discarded replies since the last accepted one, by arm. */
	readonly failures = new Map<string, Failure[]>();
	/** The tree after the last call that has a result. */
	tree: string | null = null;
	#savedTree: string | null = null;
	/** The last accepted reply until the next request closes it. */
	turn: Turn | null = null;
	/** Consecutive turns that were cut, without a call, paused, or had no call that could be understood. */
	cuts = 0;
	nudges = 0;
	pauses = 0;
	misformed = 0;
	/** Values that `submit` did not accept. */
	rejected = 0;
	/** Bytes of all messages as JSON, and a digest over them. */
	bytes = 0;
	digest = '';
	/** The answer to the open turn, with as many parts as it had when it was written. */
	#closing: { parts: number; message: UserMessage; text: string } | null = null;
	/** The length of the last prompt whose tokens a provider told. */
	#measured: { tokens: number; bytes: number } | null = null;

	constructor(prompt: string, turnsBefore: number) {
		this.turns = turnsBefore;
		this.#push({ role: 'user', blocks: [{ type: 'text', text: prompt }] });
	}

	apply(event: JournalEvent): void {
		switch (event.type) {
			case 'model.responded':
				this.turns = event.turn;
				this.#accept(event.arm, event.turn, event.reply);
				return;
			case 'model.failed':
				this.#fail(event.arm, { kind: event.fault as ModelFaultKind, message: event.message });
				return;
			case 'tool.ended':
				this.#answer(event.call, event.result);
				return;
			case 'agent.told':
				this.turn?.told.push(event.text);
				return;
			case 'tree.saved':
				// Made by a call whose result follows: until that is journaled too, the call counts as not done.
				if (this.turn === null || this.tree === null) this.tree = event.treeSha;
				else this.#savedTree = event.treeSha;
				return;
			default:
				return;
		}
	}

	/** The messages of the next request. Closes the turn: its results, in the order of its calls, and what was told. */
	next(): Message[] {
		const turn = this.turn;
		if (turn === null) return this.messages;
		const { message, text } = this.#answerTo(turn);
		if (message.blocks.length > 0) this.#push(message, text);
		this.turn = null;
		this.#closing = null;
		return this.messages;
	}

	/**
	 * About how many tokens the next prompt has: what the provider counted last and a token for every three bytes since, which is more
	 * than text and code need. `prefixBytes` is what goes before the messages.
	 */
	promptTokens(prefixBytes: number): number {
		const bytes = this.bytes + (this.turn === null ? 0 : Buffer.byteLength(this.#answerTo(this.turn).text));
		if (this.#measured === null) return Math.ceil((prefixBytes + bytes) / 3);
		return this.#measured.tokens + Math.ceil((bytes - this.#measured.bytes) / 3);
	}

	#accept(arm: string, number: number, reply: ModelReply): void {
		const discarded = discardReason(reply);
		if (discarded !== null) {
			this.#fail(arm, { kind: discarded, message: describeDiscard(discarded, reply) });
			return;
		}
		this.next();
		this.arm ??= arm;
		this.failures.clear();
		const tokens = promptTokensOf(reply.usage);
		if (tokens > 0) this.#measured = { tokens, bytes: this.bytes };
		this.#push(reply.message);
		const calls = reply.message.blocks.filter((block) => block.type === 'tool_call');
		this.discipline.openTurn();
		this.turn = { number, arm, reply, calls, results: new Map(), told: [] };
		this.cuts = reply.stop === 'max_tokens' ? this.cuts + 1 : 0;
		this.pauses = reply.stop === 'paused' ? this.pauses + 1 : 0;
		this.nudges = calls.length === 0 && reply.stop !== 'max_tokens' && reply.stop !== 'paused' ? this.nudges + 1 : 0;
	}

	#answer(id: string, result: ToolResultBlock): void {
		const turn = this.turn;
		const call = turn?.calls.find((candidate) => candidate.id === id);
		if (turn === null || call === undefined || turn.results.has(id)) return;
		turn.results.set(id, result);
		if (call.name === 'submit' && result.text.startsWith('E_SUBMIT ')) this.rejected += 1;
		const learned = call.name !== 'bash' && this.snapshots.learn(result.text);
		const before = this.tree;
		this.tree = this.#savedTree ?? this.tree;
		this.#savedTree = null;
		this.discipline.hear(call, result, { before, after: this.tree }, learned);
		if (turn.results.size < turn.calls.length) return;
		this.discipline.closeTurn();
		const formats = [...turn.results.values()].filter((one) => /^E_(JSON|TOOL|ARGUMENTS) /.test(one.text));
		this.misformed = formats.length === turn.calls.length ? this.misformed + 1 : 0;
	}

	#fail(arm: string, failure: Failure): void {
		this.failures.set(arm, [...(this.failures.get(arm) ?? []), failure]);
	}

	/** What answers a turn: its results, in the order of its calls, and what was told. Written once for as long as nothing is added. */
	#answerTo(turn: Turn): { message: UserMessage; text: string } {
		const parts = turn.results.size + turn.told.length;
		if (this.#closing?.parts === parts) return this.#closing;
		const results = turn.calls.flatMap((call) => turn.results.get(call.id) ?? []);
		const told = turn.told.map((text) => ({ type: 'text' as const, text }));
		const message: UserMessage = { role: 'user', blocks: [...results, ...told] };
		this.#closing = { parts, message, text: JSON.stringify(message) };
		return this.#closing;
	}

	#push(message: Message, text = JSON.stringify(message)): void {
		this.messages.push(message);
		this.bytes += Buffer.byteLength(text);
		this.digest = createHash('sha256').update(this.digest).update(text).digest('hex');
	}
}

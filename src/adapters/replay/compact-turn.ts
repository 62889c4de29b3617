import { z } from 'zod';
import type { ModelReply } from '../../core/journal.ts';
import type { AssistantMessage } from '../../core/message.ts';
import { noUsage } from '../../core/usage.ts';

const count = z.number().int().min(0);

/** A model's turn, short enough to be written by hand. Everything left out has a fixed value, so expansion is deterministic. */
export const CompactTurn = z.strictObject({
	say: z.string().optional(),
	think: z.string().optional(),
	call: z.array(z.strictObject({ tool: z.string().min(1), with: z.json() })).optional(),
	usage: z
		.strictObject({ fresh: count, cached: count, cacheWrite: count, output: count, reasoning: count })
		.partial()
		.optional(),
	seconds: z.number().min(0).optional(),
});
export type CompactTurn = z.infer<typeof CompactTurn>;

/** The whole reply for a turn. Call ids are `call_JOB_ROUND_TURN_INDEX`; without `usage` the provider reported none of anything. */
export function expandTurn(turn: CompactTurn, place: { job: string; round: number; turn: number }): ModelReply {
	const blocks: AssistantMessage['blocks'] = [];
	if (turn.think !== undefined) blocks.push({ type: 'thinking', text: turn.think });
	if (turn.say !== undefined) blocks.push({ type: 'text', text: turn.say });
	const calls = turn.call ?? [];
	for (const [index, call] of calls.entries()) {
		const id = `call_${place.job}_${place.round}_${place.turn}_${index + 1}`;
		blocks.push({ type: 'tool_call', id, name: call.tool, arguments: JSON.stringify(call.with) });
	}
	const { fresh = 0, cached = 0, cacheWrite = 0, output = 0, reasoning = 0 } = turn.usage ?? noUsage;
	return {
		message: { role: 'assistant', blocks, raw: null },
		stop: calls.length > 0 ? 'tool_calls' : 'end_turn',
		usage: { fresh, cached, cacheWrite, output, reasoning },
		model: 'recorded',
		requestId: null,
		durationMs: Math.round((turn.seconds ?? 0) * 1000),
		firstTokenMs: null,
	};
}

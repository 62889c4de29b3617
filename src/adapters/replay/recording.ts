import { z } from 'zod';
import type { JournalEntry, ModelReply } from '../../core/journal.ts';
import { stopReasons } from '../../core/journal.ts';

/** One reply and the place in a run where it was given. */
export interface RecordedReply {
	job: string;
	round: number;
	turn: number;
	/** `provider/model`, for people; a replay answers for any arm. */
	arm: string;
	reply: ModelReply;
}

/** Replies of a run, in the order in which they came. As text: JSON lines, one per reply. */
export type Recording = RecordedReply[];

const tokens = z.number().int().min(0);
const block = z.discriminatedUnion('type', [
	z.strictObject({ type: z.literal('text'), text: z.string() }),
	z.strictObject({ type: z.literal('thinking'), text: z.string() }),
	z.strictObject({ type: z.literal('tool_call'), id: z.string(), name: z.string(), arguments: z.string() }),
]);

export const RecordedReply = z.strictObject({
	job: z.string().min(1),
	round: z.number().int().min(1),
	turn: z.number().int().min(1),
	arm: z.string(),
	reply: z.strictObject({
		message: z.strictObject({ role: z.literal('assistant'), blocks: z.array(block), raw: z.json() }),
		stop: z.enum(stopReasons),
		usage: z
			.strictObject({ fresh: tokens, cached: tokens, cacheWrite: tokens, output: tokens, reasoning: tokens })
			.nullable(),
		model: z.string(),
		requestId: z.string().nullable(),
		durationMs: z.number().min(0),
		firstTokenMs: z.number().min(0).nullable(),
	}),
}) satisfies z.ZodType<RecordedReply>;

/** Everything that models answered in a run. The round is the job's at that time: one more each time that work is sent back to it. */
export function recordingOf(journal: readonly JournalEntry[]): Recording {
	const rounds = new Map<string, number>();
	const recording: Recording = [];
	for (const { event } of journal) {
		if (event.type === 'job.started') rounds.set(event.job, event.round);
		if (event.type !== 'model.responded') continue;
		const { job, turn, arm, reply } = event;
		recording.push({ job, round: rounds.get(job) ?? 1, turn, arm, reply });
	}
	return recording;
}

/** JSON lines. */
export function formatRecording(recording: Recording): string {
	return recording.map((recorded) => `${JSON.stringify(recorded)}\n`).join('');
}

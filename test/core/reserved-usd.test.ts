import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalEvent, ModelReply } from '../../src/core/journal.ts';
import { createReservations, reservedUsd } from '../../src/core/reserved-usd.ts';
import type { JobState } from '../../src/core/run-state.ts';

const reply: ModelReply = {
	message: { role: 'assistant', blocks: [], raw: null },
	stop: 'end_turn',
	usage: null,
	model: 'm',
	requestId: null,
	durationMs: 1,
	firstTokenMs: null,
};
const at = { turn: 1, arm: 'p/m' };
const requested = (job: string, usd: number): JournalEvent => ({
	type: 'model.requested',
	job,
	...at,
	role: 'plan',
	digest: '',
	messages: 1,
	reservedUsd: usd,
});
const responded = (job: string, usd: number | null): JournalEvent => ({
	type: 'model.responded',
	job,
	...at,
	reply,
	usd,
});
const failed = (job: string): JournalEvent => ({
	type: 'model.failed',
	job,
	...at,
	fault: 'network',
	message: '',
	usd: null,
});

/** Jobs a and b run since before the first event; c has ended. */
function reserved(...events: JournalEvent[]): number {
	const entries: JournalEntry[] = events.map((event, index) => ({ run: 'r', seq: index + 11, at: 0, event }));
	const running = { status: 'running' as const, startedSeq: 10 };
	const jobs = new Map<string, Pick<JobState, 'status' | 'startedSeq'>>([
		['a', running],
		['b', running],
		['c', { status: 'ended' as const, startedSeq: 10 }],
		['resumed', { status: 'running' as const, startedSeq: 1000 }],
	]);
	return reservedUsd({ entries, jobs });
}

describe('the part of the budget that is set aside', () => {
	it('is what calls of jobs that run side by side may cost, until they are answered', () => {
		expect(reserved(requested('a', 2), requested('b', 1))).toBe(3);
		expect(reserved(requested('a', 2), requested('b', 1), responded('a', 0.1), failed('b'))).toBe(0);
	});

	it('is the most that a reply may have cost when nobody told its usage', () => {
		expect(reserved(requested('c', 2), responded('c', null), requested('c', 1), responded('c', 0.1))).toBe(2);
	});

	it('is nothing for a call that was lost with its worker', () => {
		expect(reserved(requested('c', 2), requested('resumed', 3))).toBe(0);
	});

	it('is the same when it is asked after every entry', () => {
		const events = [requested('a', 2), requested('b', 1), responded('a', null), failed('b'), requested('a', 4)];
		const entries: JournalEntry[] = [];
		const grown = createReservations({ entries, jobs: new Map([['a', { status: 'running', startedSeq: 10 }]]) });
		const asked = events.map((event, index) => {
			entries.push({ run: 'r', seq: index + 11, at: 0, event });
			return grown();
		});
		expect(asked).toEqual([2, 2, 2, 2, 6]);
	});
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalEvent } from '../../src/core/journal.ts';
import { foldRun } from '../../src/workflow/fold.ts';
import { created, done, entriesOf, started, stateOf, workflowOf } from '../support/journal.ts';

const workflow = workflowOf(readFileSync('config/workflows/issue-to-pr.yml', 'utf8'));
const feedback = { from: 'verify', summary: 'The test fails.', details: 'expected 1, got 2' };
const sentBack: JournalEvent = { type: 'job.sent_back', job: 'verify', to: 'implement', feedback, outputs: {} };
const upToVerify = [
	...['triage', 'explore', 'plan', 'implement'].flatMap((job) => [started(job), done(job, { by: job })]),
	started('verify'),
];

describe('foldRun', () => {
	it('opens a new round of the job that work is sent back to, and of everything after it', () => {
		const state = stateOf(workflow, [...upToVerify, sentBack]);
		expect(state.repairRounds).toBe(1);
		expect(state.jobs.get('plan')).toMatchObject({ status: 'ended', round: 1 });
		for (const id of ['implement', 'verify', 'review', 'publish', 'evaluate', 'gate']) {
			expect(state.jobs.get(id), id).toMatchObject({ status: 'pending', round: 2, attempt: 0 });
		}
		expect(state.jobs.get('implement')?.feedback).toEqual([feedback]);
	});

	it('keeps the outputs of the round before, so that the next can build on them', () => {
		const state = stateOf(workflow, [...upToVerify, sentBack]);
		expect(state.jobs.get('implement')?.outputs).toEqual({ by: 'implement' });
	});

	it('counts cost per job and in all, and never hides an unpriced call', () => {
		const reply = (usd: number | null): JournalEvent => ({
			type: 'model.responded',
			job: 'plan',
			turn: 1,
			arm: 'a/b',
			usd,
			reply: {
				message: { role: 'assistant', blocks: [], raw: null },
				stop: 'end_turn',
				usage: { fresh: 10, cached: 5, cacheWrite: 1, output: 2, reasoning: 0 },
				model: 'b',
				requestId: null,
				durationMs: 5,
				firstTokenMs: null,
			},
		});
		const state = stateOf(workflow, [started('plan'), reply(0.5), reply(0.25), reply(null)]);
		expect(state).toMatchObject({ usd: 0.75, unpriced: 1, usage: { fresh: 30, cached: 15 } });
		expect(state.jobs.get('plan')).toMatchObject({ usd: 0.75, unpriced: 1, turns: 3, arm: 'a/b' });
	});

	it('counts only the time between starts and ends as work', () => {
		const state = stateOf(workflow, [
			started('triage'),
			{ type: 'job.waiting', job: 'triage', reason: '', signals: ['approve'], until: null },
			{ type: 'signal.received', id: 's', signal: { name: 'approve', by: 'ada', reason: '' } },
			started('triage', 1, 2),
			done('triage'),
		]);
		expect(state.jobs.get('triage')?.wallMs).toBe(2_000);
	});

	it('leaves no job running in a run that has ended', () => {
		const state = stateOf(workflow, [
			started('triage'),
			{ type: 'run.ended', outcome: 'cancelled', reason: 'stopped' },
		]);
		expect(state.jobs.get('triage')).toMatchObject({ status: 'ended', outcome: 'cancelled' });
	});

	it('is the same for any journal, however it is cut and read on', () => {
		const entries = entriesOf([created(workflow), ...upToVerify, sentBack]);
		expect(foldRun(workflow, entries)).toEqual(foldRun(workflow, structuredClone(entries)));
	});

	it('stops at a gap, at an unknown event and at a foreign beginning instead of guessing', () => {
		const entries = entriesOf([created(workflow), ...upToVerify]);
		expect(() => foldRun(workflow, entries.toSpliced(3, 1))).toThrow(/gap: entry 5 follows 3/);
		expect(() => foldRun(workflow, entries.slice(1))).toThrow(/does not begin with run.created/);
		const strange: JournalEntry = JSON.parse(JSON.stringify({ ...entries[1], event: { type: 'job.teleported' } }));
		expect(() => foldRun(workflow, [...entries.slice(0, 1), strange])).toThrow(/job.teleported/);
	});
});

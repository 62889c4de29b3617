import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../src/core/journal.ts';
import type { Policy } from '../../src/core/policy.ts';
import { next } from '../../src/workflow/next.ts';
import { done, started, stateOf, workflowOf } from '../support/journal.ts';

const issueToPr = workflowOf(readFileSync('config/workflows/issue-to-pr.yml', 'utf8'));
const later = 1_000_000;

function commandsAfter(events: JournalEvent[], policy: Partial<Policy> = {}, busy: string[] = []) {
	return next(issueToPr, stateOf(issueToPr, events, policy), later, new Set(busy));
}

const planned = [started('triage'), done('triage'), started('explore'), done('explore'), started('plan')];

describe('next', () => {
	it('starts the one job that needs nothing', () => {
		expect(commandsAfter([]).commands).toEqual([{ kind: 'start', job: 'triage' }]);
	});

	it('starts a job again that the journal calls running and nobody runs', () => {
		expect(commandsAfter([started('triage')]).commands).toEqual([{ kind: 'start', job: 'triage' }]);
		expect(commandsAfter([started('triage')], {}, ['triage']).commands).toEqual([]);
	});

	it('skips an approval that nobody asked for, and goes on behind it', () => {
		const events = [...planned, done('plan', { risk: 'low' })];
		expect(commandsAfter(events).commands).toEqual([
			{ kind: 'skip', job: 'approve', reason: expect.stringContaining('the condition is false') },
		]);
		events.push({ type: 'job.skipped', job: 'approve', reason: 'x' });
		expect(commandsAfter(events).commands).toEqual([{ kind: 'start', job: 'implement' }]);
	});

	it('asks for an approval of a high-risk plan when the policy says so', () => {
		const events = [...planned, done('plan', { risk: 'high' })];
		expect(commandsAfter(events, { approvals: { plan: 'high-risk' } }).commands).toEqual([
			{ kind: 'start', job: 'approve' },
		]);
	});

	it('ends as the first job that was not done, and skips what needs it', () => {
		const refused: JournalEvent = { type: 'job.ended', job: 'triage', outcome: 'refused', reason: 'no', outputs: {} };
		const events = [started('triage'), refused];
		for (;;) {
			const { commands } = commandsAfter(events);
			if (commands[0]?.kind !== 'skip') break;
			for (const command of commands) {
				if (command.kind === 'skip') events.push({ type: 'job.skipped', job: command.job, reason: command.reason });
			}
		}
		expect(commandsAfter(events).commands).toEqual([{ kind: 'end', outcome: 'refused', reason: 'no' }]);
	});

	it('waits without a clock until one of the signals it named comes', () => {
		const waiting: JournalEvent[] = [
			started('triage'),
			{ type: 'job.waiting', job: 'triage', reason: 'a person', signals: ['approve'], until: null },
		];
		expect(commandsAfter(waiting)).toEqual({ commands: [], wakeAt: null });
		const looked: JournalEvent = {
			type: 'signal.received',
			id: 's1',
			signal: { name: 'look', by: 'github', reason: 'check' },
		};
		expect(commandsAfter([...waiting, looked]).commands).toEqual([]);
		const approved: JournalEvent = { ...looked, id: 's2', signal: { name: 'approve', by: 'ada', reason: '' } };
		expect(commandsAfter([...waiting, approved]).commands).toEqual([{ kind: 'start', job: 'triage' }]);
	});

	it('hears a signal that came between a stage looking and saying that it waits', () => {
		const events: JournalEvent[] = [
			started('triage'),
			{ type: 'signal.received', id: 's', signal: { name: 'approve', by: 'ada', reason: '' } },
			{ type: 'job.waiting', job: 'triage', reason: 'a person', signals: ['approve'], until: null },
		];
		expect(commandsAfter(events).commands).toEqual([{ kind: 'start', job: 'triage' }]);
	});

	it('starts a waiting job at its time, and says when that is', () => {
		const wait = (until: number): JournalEvent[] => [
			started('triage'),
			{ type: 'job.waiting', job: 'triage', reason: 'checks', signals: ['look'], until },
		];
		expect(commandsAfter(wait(later)).commands).toEqual([{ kind: 'start', job: 'triage' }]);
		expect(commandsAfter(wait(later + 5))).toEqual({ commands: [], wakeAt: later + 5 });
	});

	it('tries a fault again at its time', () => {
		const faulted = (retryAt: number): JournalEvent[] => [
			started('triage'),
			{ type: 'job.faulted', job: 'triage', fault: 'transient', message: 'x', retryAt },
		];
		expect(commandsAfter(faulted(later)).commands).toEqual([{ kind: 'start', job: 'triage' }]);
		expect(commandsAfter(faulted(later + 1)).wakeAt).toBe(later + 1);
	});

	it('ends a stopped run whatever it was doing', () => {
		const stop: JournalEvent = {
			type: 'signal.received',
			id: 's',
			signal: { name: 'stop', by: 'ada', reason: 'label removed' },
		};
		expect(commandsAfter([started('triage'), stop], {}, ['triage']).commands).toEqual([
			{ kind: 'end', outcome: 'cancelled', reason: 'Stopped by ada: label removed' },
		]);
	});

	it('closes what has ended, and then does nothing more', () => {
		const ended: JournalEvent = { type: 'run.ended', outcome: 'done', reason: '' };
		expect(commandsAfter([ended]).commands).toEqual([{ kind: 'close' }]);
		expect(commandsAfter([ended, { type: 'run.closed' }])).toEqual({ commands: [], wakeAt: null });
	});

	it('ends a run whose jobs worked longer than it may', () => {
		const state = stateOf(issueToPr, [started('triage'), done('triage')]);
		const triage = state.jobs.get('triage');
		if (triage === undefined) throw new Error('no triage');
		triage.wallMs = 61 * 60_000;
		expect(next(issueToPr, state, later, new Set()).commands).toEqual([
			{ kind: 'end', outcome: 'out_of_budget', reason: expect.stringContaining('limits.minutesPerRun') },
		]);
	});
});

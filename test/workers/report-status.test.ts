import { beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import { stateLabels } from '../../src/core/labels.ts';
import { statusMarker } from '../../src/core/status-comment.ts';
import { reportStatus } from '../../workers/report-status.ts';
import { FakeForge } from '../support/fake-forge.ts';
import { done, started, stateOf, workflowOf } from '../support/journal.ts';

const workflow = workflowOf(`name: two
description: Two jobs.
jobs:
  triage:
    uses: triage
  approve:
    needs: [triage]
    uses: approve
`);
const links = { run: 'https://factory.test/runs/r1' };
const waiting: JournalEvent = {
	type: 'job.waiting',
	job: 'approve',
	reason: 'Please ask @octocat',
	signals: ['approve', 'reject'],
	until: null,
};
const ended = (outcome: 'done' | 'failed' | 'cancelled', reason: string): JournalEvent => ({
	type: 'run.ended',
	outcome,
	reason,
});

let forge: FakeForge;
beforeEach(() => {
	forge = new FakeForge();
	forge.addIssue({ number: 1, labels: ['bug', 'factory'] });
});

function report(events: JournalEvent[]) {
	return reportStatus(forge, stateOf(workflow, events), links);
}

const body = () => forge.commentsOf.get(1)?.[0]?.body ?? '';
const labels = () => forge.issues.get(1)?.labels;

describe('reportStatus', () => {
	test('shows a reason in which a model quotes a token without it', async () => {
		const token = 'ghp_0123456789abcdef0123456789abcdef0123';
		await report([started('triage'), ended('done', `Nothing to change (${token}).`)]);
		expect(body()).toContain('Nothing to change');
		expect(body()).not.toContain('ghp');
	});

	test('keeps one comment and one label of ours through the life of a run', async () => {
		await report([started('triage')]);
		expect(body()).toContain(statusMarker(1));
		expect(body()).toContain('| triage | 🔵 running |');
		expect(labels()).toEqual(['bug', 'factory', stateLabels.running.name]);

		await report([started('triage'), done('triage'), started('approve'), waiting]);
		expect(body()).toContain('`/factory approve`');
		expect(labels()).toEqual(['bug', 'factory', stateLabels.waiting.name]);

		await report([started('triage'), done('triage'), ended('done', 'All is well')]);
		expect(body()).toMatch(/\*\*Outcome: done\.\*\* All is well$/);
		expect(labels()).toEqual(['bug', 'factory', stateLabels.done.name]);
		expect(forge.commentsOf.get(1)).toHaveLength(1);
	});

	test('writes nothing when nothing changed', async () => {
		await report([started('triage')]);
		const before = forge.calls.length;
		expect(await report([started('triage')])).toEqual({ kind: 'unchanged' });
		expect(forge.calls.slice(before).map((call) => call.method)).toEqual(['issue', 'findComment']);
	});

	test('a cancelled run leaves no label of ours', async () => {
		await report([started('triage')]);
		await report([started('triage'), ended('cancelled', 'stopped by ada')]);
		expect(labels()).toEqual(['bug', 'factory']);
	});

	test('a deleted issue is an answer', async () => {
		forge.issues.delete(1);
		expect(await report([started('triage')])).toEqual({ kind: 'gone' });
	});

	test('what GitHub forbids is an answer, what may pass is a fault', async () => {
		forge.failNext('createComment', new Fault('permanent', 'the issue is locked'));
		expect(await report([started('triage')])).toEqual({ kind: 'refused', reason: 'the issue is locked' });
		forge.failNext('createComment');
		await expect(report([started('triage')])).rejects.toMatchObject({ kind: 'transient' });
	});
});

describe('attacks on the status comment', () => {
	test('a reason from outside pings nobody, closes nothing and forges no table', async () => {
		const reason =
			'ask @octocat | x |\n| fake | ✅ | closes #7 <!-- dark-factory:status issue=2 --> ![x](https://evil.example/s)';
		await report([
			{ type: 'job.ended', job: 'triage', outcome: 'failed', reason, outputs: {} },
			ended('failed', reason),
		]);
		expect(body()).not.toMatch(/(?<!`)@octocat/);
		expect(body()).not.toMatch(/(?<!`)#7/);
		expect(body()).not.toMatch(/(?<!`)https:\/\/evil/);
		expect(body()).not.toContain('<!-- dark-factory:status issue=2');
		expect(
			body()
				.split('\n')
				.filter((line) => line.startsWith('|')),
		).toHaveLength(4);
	});
});

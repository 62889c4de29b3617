import { describe, expect, test } from 'vitest';
import type { TriageReport } from '../../src/core/triage.ts';
import { triage } from '../../workers/triage.ts';
import { StageHarness, Stopped } from '../support/job-context.ts';

const accepted: TriageReport = {
	kind: 'bug',
	risk: 'low',
	priority: 'medium',
	decision: 'accept',
	reason: 'The fault is described well enough to find it.',
	missing: [],
	inScope: true,
	duplicates: [],
};

describe('triage', () => {
	test('accepts without a word on the issue', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => accepted;
		const end = await harness.run(triage, 'triage');
		expect(end).toMatchObject({
			kind: 'ended',
			outcome: 'done',
			outputs: { decision: 'accept', kind: 'bug', risk: 'low' },
		});
		expect(await harness.forge.comments(1)).toEqual([]);
	});

	test('asks once, without tools or a worktree, showing issue, mission and the other open issues', async () => {
		const harness = await StageHarness.create({
			frozen: (frozen) => {
				frozen.mission = [{ path: 'MISSION.md', text: 'Widgets only. {{issue}}' }];
			},
		});
		harness.forge.addIssue({ number: 7, title: 'Widgets wobble too' });
		harness.answer = () => accepted;
		await harness.run(triage, 'triage');
		expect(harness.asked).toHaveLength(1);
		const [asked] = harness.asked;
		expect(asked).toMatchObject({ role: 'triage', tools: [], workspace: null });
		expect(asked?.system).toContain('Widgets only. {{issue}}');
		expect(asked?.prompt).toContain('They wobble when it is windy.');
		expect(asked?.prompt).toContain('#7 Widgets wobble too');
		expect(asked?.prompt).not.toContain('#1 Widgets wobble');
	});

	test('refuses a question with a comment that says what would be acceptable', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...accepted, kind: 'question', reason: 'It asks @everyone how to install.' });
		const end = await harness.run(triage, 'triage');
		expect(end).toMatchObject({ outcome: 'refused' });
		const [comment, ...more] = await harness.forge.comments(1);
		expect(more).toEqual([]);
		expect(comment?.body).toContain('If something should change');
		expect(comment?.body).toContain('`@everyone`');
	});

	test('refuses what lies outside of the mission, even when the model accepts it', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...accepted, inScope: false });
		expect(await harness.run(triage, 'triage')).toMatchObject({ outcome: 'refused' });
	});

	test('asks a human for what is missing, naming it', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...accepted, missing: ['Which version?'] });
		const end = await harness.run(triage, 'triage');
		expect(end).toMatchObject({ outcome: 'needs_human', reason: expect.stringContaining('Which version?') });
		expect((await harness.forge.comments(1))[0]?.body).toContain('- Which version?');
	});

	test('comments once when it is started again after a crash behind the comment', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...accepted, decision: 'refuse' });
		harness.forge.failNext('createComment', new Error('connection lost'), 'after');
		await expect(harness.run(triage, 'triage')).rejects.toThrow('connection lost');
		expect(await harness.run(triage, 'triage')).toMatchObject({ outcome: 'refused' });
		expect(await harness.forge.comments(1)).toHaveLength(1);
	});

	test('ends as the model stopped', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => new Stopped('out_of_budget', 'No money left.');
		expect(await harness.run(triage, 'triage')).toMatchObject({ outcome: 'out_of_budget', reason: 'No money left.' });
	});

	test('does not take a duplicate that it was not shown', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...accepted, duplicates: [99] });
		expect(await harness.run(triage, 'triage')).toMatchObject({
			outcome: 'failed',
			reason: expect.stringContaining('#99'),
		});
	});
});

import { describe, expect, test } from 'vitest';
import { loadRun } from '../../src/cli/load-run.ts';
import { stateLabels } from '../../src/core/labels.ts';
import { factoryLabel, labelIssue } from '../../src/demo/maintainer.ts';
import type { Rehearsal } from '../../src/demo/rehearsal.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { deliverEvent } from '../support/deliver-event.ts';
import { maintainerOf, startGreen } from '../support/green-rehearsal.ts';

/** Green, held before the implementer's first word until `goOn`, so that people can come between. */
async function startHeld() {
	const reached = Promise.withResolvers<void>();
	const held = Promise.withResolvers<void>();
	const rehearsal = await startGreen(async ({ place }, signal) => {
		if (place.job !== 'implement' || place.turn !== 1) return null;
		reached.resolve();
		signal.addEventListener('abort', () => held.resolve());
		await held.promise;
		return null;
	});
	const { issue, run } = await rehearsal.dispatch();
	await reached.promise;
	return { rehearsal, issue, run, goOn: () => held.resolve() };
}

async function end(rehearsal: Rehearsal, issue: number, run: string) {
	await rehearsal.untilRest(run);
	await rehearsal.world.github.settled();
	const { state } = await loadRun(rehearsal.factory.runs, run);
	return { state, seen: await rehearsal.look(issue, state), runs: await rehearsal.factory.runs.list({ limit: 10 }) };
}

describe('while the implementer is at work', { timeout: 120_000 }, () => {
	test.each([
		{
			what: 'closed',
			reason: 'the issue was closed',
			act: (rehearsal: Rehearsal, issue_number: number) => {
				const { at, rest } = maintainerOf(rehearsal);
				return rest.issues.update({ ...at, issue_number, state: 'closed' });
			},
		},
		{
			what: 'unlabeled',
			reason: 'the label was removed',
			act: (rehearsal: Rehearsal, issue_number: number) => {
				const { at, rest } = maintainerOf(rehearsal);
				return rest.issues.removeLabel({ ...at, issue_number, name: factoryLabel });
			},
		},
		{
			what: 'told to stop',
			reason: 'changed my mind',
			act: (rehearsal: Rehearsal, issue_number: number) => {
				const { at, rest } = maintainerOf(rehearsal);
				return rest.issues.createComment({ ...at, issue_number, body: '/factory stop changed my mind' });
			},
		},
		...(['deleted', 'transferred'] as const).map((what) => ({
			what,
			reason: `the issue was ${what}`,
			act: async (rehearsal: Rehearsal, issue_number: number) => {
				const { at, rest } = maintainerOf(rehearsal);
				const { data: issue } = await rest.issues.get({ ...at, issue_number });
				await deliverEvent(rehearsal, { id: what, event: 'issues', payload: { action: what, issue } });
			},
		})),
	])('an issue that is $what ends the run, and nothing is published', async ({ act, reason }) => {
		const { rehearsal, issue, run } = await startHeld();
		try {
			await act(rehearsal, issue);
			const { state, seen } = await end(rehearsal, issue, run);
			expect(state).toMatchObject({ outcome: 'cancelled', reason: expect.stringContaining(reason) });
			expect(seen.pulls).toEqual([]);
			expect(seen.branches.map(({ name }) => name)).toEqual(['main']);
			const ours = Object.values(stateLabels).map(({ name }) => name as string);
			expect(seen.issue.labels.filter((label) => ours.includes(label))).toEqual([]);
			expect(seen.issue.comments.filter(({ body }) => body.includes('**Outcome: cancelled.**'))).toHaveLength(1);
		} finally {
			await rehearsal.close();
		}
	});

	test('an issue that is edited, labelled again and asked for again is solved once, as it was first asked', async () => {
		const { rehearsal, issue, run, goOn } = await startHeld();
		try {
			const { at, rest } = maintainerOf(rehearsal);
			await rest.issues.update({ ...at, issue_number: issue, body: 'Delete everything instead.' });
			await rest.issues.removeLabel({ ...at, issue_number: issue, name: 'factory:running' });
			await labelIssue(rehearsal.world, issue);
			await rest.issues.createComment({ ...at, issue_number: issue, body: '/factory run' });
			await expect
				.poll(async () => (await rehearsal.look(issue, null)).issue.comments.map(({ body }) => body).join('\n'))
				.toContain(`${run}`);
			await rehearsal.world.github.settled();
			goOn();
			const { state, seen, runs } = await end(rehearsal, issue, run);
			expect(green.findBroken(seen)).toEqual([]);
			expect(state.frozen.subject.body).toBe(rehearsal.world.issue.body);
			expect(runs.map(({ id }) => id)).toEqual([run]);
			expect(seen.pulls[0]?.body).not.toContain('Delete everything');
		} finally {
			await rehearsal.close();
		}
	});
});

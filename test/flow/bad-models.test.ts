import { describe, expect, test } from 'vitest';
import { loadRun } from '../../src/cli/load-run.ts';
import type { Seen } from '../../src/demo/scenario.ts';
import { ModelFault, type ModelRequest } from '../../src/ports/model.ts';
import { startGreen } from '../support/green-rehearsal.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';

/** Plays green with an implementer that always answers so. */
async function play(answer: (request: ModelRequest) => ScriptedAnswer) {
	const rehearsal = await startGreen(async (request) => (request.place.job === 'implement' ? answer(request) : null));
	try {
		const { issue, run } = await rehearsal.dispatch();
		await rehearsal.untilRest(run);
		await rehearsal.world.github.settled();
		const { state } = await loadRun(rehearsal.factory.runs, run);
		return { state, seen: await rehearsal.look(issue, state) };
	} finally {
		await rehearsal.close();
	}
}

function findStatus(seen: Seen): string {
	return seen.issue.comments.find(({ body }) => body.includes('dark-factory:status'))?.body ?? '';
}

describe('an implementer that', { timeout: 120_000 }, () => {
	test.each<{ does: string; answer: (request: ModelRequest) => ScriptedAnswer; turns: number }>([
		{ does: 'answers nothing', answer: () => ({}), turns: 20 },
		{ does: 'talks and never works', answer: () => ({ say: 'Certainly! I will do that now.' }), turns: 20 },
		{
			does: 'calls what does not exist',
			answer: () => ({ call: [{ tool: 'teleport', with: { to: 'done' } }] }),
			turns: 60,
		},
		{
			does: 'hands in nonsense',
			answer: ({ place }) => ({ call: [{ tool: 'submit', with: { result: place.turn, claims: 'yes' } }] }),
			turns: 60,
		},
		{
			does: 'claims work that it did not do',
			answer: () => ({ call: [{ tool: 'submit', with: { summary: 'All done.', claims: [] } }] }),
			turns: 60,
		},
		{
			does: 'reads for ever',
			answer: ({ place }) => ({ call: [{ tool: 'bash', with: { command: `echo ${place.turn}` } }] }),
			turns: 200,
		},
	])('$does is given up, and the issue says so', async ({ answer, turns }) => {
		const { state, seen } = await play(answer);
		expect(['failed', 'needs_human', 'out_of_budget']).toContain(state.outcome);
		expect(state.reason).not.toBe('');
		expect(state.jobs.get('implement')?.turns).toBeLessThanOrEqual(turns);
		expect(seen.pulls).toEqual([]);
		expect(seen.branches.map(({ name }) => name)).toEqual(['main']);
		expect(findStatus(seen)).toMatch(/\*\*Outcome: (failed|needs a human|out of budget)\.\*\* \S/);
	});

	test('is refused by its provider for good ends the run with the reason', async () => {
		const { state, seen } = await play(() => new ModelFault('not_authorised', 'the key is not valid'));
		expect(state.outcome).toBe('needs_human');
		expect(findStatus(seen)).toContain('the key is not valid');
	});
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRun } from '../../src/cli/load-run.ts';
import { startRehearsal } from '../../src/demo/rehearsal.ts';
import { scenarios } from '../../src/demo/scenarios.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test.each(scenarios.map((scenario) => ({ name: scenario.name, scenario })))(
	'the scenario $name keeps its promise',
	async ({ scenario }) => {
		const directory = join(temporaryDirectory(), scenario.name);
		const rehearsal = await startRehearsal(scenario, { directory, host: process.env, models: 'recorded' });
		try {
			const { issue, run } = await rehearsal.dispatch();
			const rested = await rehearsal.untilRest(run);
			if (rested.status !== 'closed') await rehearsal.untilShown(run);
			await rehearsal.world.github.settled();
			const { state } = await loadRun(rehearsal.factory.runs, run);
			expect(scenario.findBroken(await rehearsal.look(issue, state))).toEqual([]);
		} finally {
			await rehearsal.close();
		}
	},
	120_000,
);

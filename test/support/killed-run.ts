import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { loadRun } from '../../src/cli/load-run.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import { look } from '../../src/demo/look.ts';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import type { Scenario, Seen } from '../../src/demo/scenario.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import { startFactoryProcess } from './factory-process.ts';
import { describeKillPoint, type KillPoint } from './kill-point.ts';

/** How long a life of the factory may take, ms: far more than it needs on a busy machine. */
export const patienceMs = 120_000;

export interface KilledRun {
	run: string;
	/** Every run that there is. */
	runs: RunRow[];
	journal: JournalEntry[];
	/** What people see on GitHub in the end, and the messages of the commits on main, newest first. */
	seen: Seen;
	history: string[];
}

/**
 * Plays a scenario with a factory that dies at each of these points, one after another, and is started again each time.
 *
 * @param directory the world's; made here.
 * @param afterDeath what people do once the last death is over.
 * @throws Error when the factory does not come to a point, or the run not to its end.
 */
export async function playKilled(
	scenario: Scenario,
	deaths: readonly KillPoint[],
	directory: string,
	afterDeath: (world: World) => Promise<void> = async () => {},
): Promise<KilledRun> {
	const world = await startWorld(scenario, directory, process.env);
	let factory = await startFactoryProcess(world, deaths[0] ?? null);
	const database = await openDatabase({ file: join(directory, 'data', 'factory.db') });
	const runs = new SqlRunStore(database.db);
	try {
		const issue = await fileIssue(world);
		await labelIssue(world, issue);
		for (const [index, point] of deaths.entries()) {
			const signal = await Promise.race([factory.ended, sleep(patienceMs, 'none', { ref: false })]);
			if (signal !== 'SIGKILL') {
				throw new Error(`Ended by ${signal} and not ${describeKillPoint(point)}: ${factory.output()}`);
			}
			await world.github.settled();
			// As if the half minute had passed for which the dead keep others away.
			await database.db.updateTable('runs').set({ lease_expires_at: 0 }).execute();
			factory = await startFactoryProcess(world, deaths[index + 1] ?? null);
		}
		await afterDeath(world);
		const run = await untilClosed(runs, factory.output);
		await world.github.settled();
		const { state } = await loadRun(runs, run);
		return {
			run,
			runs: await runs.list({ limit: 10 }),
			journal: await runs.read(run),
			seen: await look(world, issue, state),
			history: await readHistory(world),
		};
	} finally {
		await factory.stop();
		await database.close();
		world.github.deliverTo(null);
		await world.close();
	}
}

async function untilClosed(runs: SqlRunStore, output: () => string): Promise<string> {
	const deadline = performance.now() + patienceMs;
	for (;;) {
		const [run] = await runs.list({ limit: 1 });
		if (run?.status === 'closed') return run.id;
		if (performance.now() > deadline) throw new Error(`The run is ${run?.status ?? 'not there'}: ${output()}`);
		await sleep(25);
	}
}

async function readHistory({ github }: World): Promise<string[]> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { data } = await github.maintainer.rest.repos.listCommits({ ...at, sha: 'main' });
	return data.map(({ commit }) => commit.message);
}

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { loadRun } from '../../src/cli/load-run.ts';
import { look } from '../../src/demo/look.ts';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { webhookPath } from '../../src/server.ts';
import { type CommandProcess, startCommand } from '../support/command-process.ts';
import { postgresMissing, startPostgres } from '../support/postgres-server.ts';
import { environmentOf, startRecordedProvider } from '../support/recorded-provider.ts';
import { redisMissing, startRedis } from '../support/redis-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const everythingElse = ['host', 'delivery', 'triage', 'explore', 'plan', 'review', 'evaluate'];

/** Three processes that share Redis and PostgreSQL; of the data directory, only the workers, as compose.yaml has it. */
async function startProcesses(world: World, urls: { DATABASE_URL: string; REDIS_URL: string }, provider: object) {
	const environment = (name: string) => ({
		...world.environment,
		...urls,
		...provider,
		DATA_DIR: join(world.directory, name),
	});
	const web = startCommand(['start', '--no-work'], environment('web'));
	const [, url] = await web.says(/Listening on (http:\/\/[\d.:]+);/);
	world.github.deliverTo(`${url}${webhookPath}`);
	const implementer = startCommand(['worker', '--only', 'implement'], environment('workers'));
	const others = startCommand(['worker', '--only', ...everythingElse], environment('workers'));
	await Promise.all([implementer.says(/Working on implement\./), others.says(/Working on host/)]);
	return { web, implementer, others };
}

describe.skipIf(redisMissing || postgresMissing)('a web process and two workers over Redis and PostgreSQL', () => {
	test('merge the green scenario together, each job done once by the worker of its lane', async () => {
		const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
		const world = await startWorld(green, join(temporaryDirectory(), 'green'), process.env);
		const provider = await startRecordedProvider(world.recording);
		const database = await openDatabase({ url: postgres.url });
		const runs = new SqlRunStore(database.db);
		const urls = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
		let processes: Record<'web' | 'implementer' | 'others', CommandProcess> | null = null;
		try {
			processes = await startProcesses(world, urls, environmentOf(provider));
			const issue = await fileIssue(world);
			await labelIssue(world, issue);
			await expect.poll(async () => (await runs.list({ limit: 5 }))[0]?.status, { timeout: 90_000 }).toBe('closed');
			await world.github.settled();

			const rows = await runs.list({ limit: 5 });
			expect(rows).toHaveLength(1);
			const { state } = await loadRun(runs, rows[0]?.id ?? '');
			expect(state).toMatchObject({ outcome: 'done' });
			expect(green.findBroken(await look(world, issue, state))).toEqual([]);

			const started = state.entries.flatMap(({ event }) => (event.type === 'job.started' ? [event] : []));
			const worker = (process: CommandProcess) => expect.stringMatching(new RegExp(`-${process.pid}$`));
			const { implementer, others } = processes;
			expect(started.map(({ job, attempt, worker }) => ({ job, attempt, worker }))).toEqual(
				['triage', 'explore', 'plan', 'implement', 'verify', 'review', 'publish', 'evaluate', 'gate'].map((job) => ({
					job,
					attempt: 1,
					worker: worker(job === 'implement' ? implementer : others),
				})),
			);
			const effects = state.entries.flatMap(({ event }) => (event.type === 'effect.done' ? [event.key] : []));
			expect(new Set(effects).size).toBe(effects.length);
			expect(provider.exchanges.map(({ problem }) => problem)).toEqual(world.recording.map(() => null));
			expect(new Set(provider.exchanges.map(({ protocol }) => protocol))).toEqual(new Set(['anthropic', 'openai']));
		} finally {
			world.github.deliverTo(null);
			const codes = await Promise.all(Object.values(processes ?? {}).map((process) => process.stop()));
			await Promise.all([database.close(), world.close(), provider.close()]);
			await Promise.all([redis.stop(), postgres.stop()]);
			expect(codes).toEqual(codes.map(() => 0));
		}
	}, 120_000);
});

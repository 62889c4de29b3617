import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { Fault } from '../../src/core/fault.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import type { Lane } from '../../src/ports/queue.ts';
import { executeRun, type RunExecutor } from '../../workers/execute-run.ts';
import type { RunSession } from '../../workers/run-session.ts';
import { created, done, workflowOf } from '../support/journal.ts';
import { newRun } from '../support/new-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { WakeLog } from '../support/wake-log.ts';

const workflow = workflowOf(`
name: short
jobs:
  plan: { uses: plan }
  left: { uses: verify, needs: plan }
  right: { uses: approve, needs: plan }
  publish: { uses: publish, needs: [left, right] }
`);
const everyLane: Lane[] = ['host', 'plan', 'implement', 'triage', 'explore', 'review', 'evaluate'];

let database: Database;
let store: SqlRunStore;
let queue: WakeLog;
let owners = 0;
const forever = new AbortController().signal;

beforeEach(async () => {
	database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	store = new SqlRunStore(database.db);
	queue = new WakeLog();
	await store.create({ ...newRun({ id: 'r1' }), created: created(workflow) });
});

afterEach(() => database.close());

type Execute = RunExecutor['execute'];

function executor(execute: Execute, lanes: Lane[] = everyLane, reports: string[] = []): RunExecutor {
	return {
		store,
		queue,
		lanes,
		execute: async (session, job, signal) => {
			await session.append([{ type: 'job.started', job, attempt: 1, round: 1, worker: 'w' }]);
			return execute(session, job, signal);
		},
		clock: { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}) },
		log: { debug() {}, info() {}, warn() {}, error() {} },
		owner: () => `owner-${++owners}`,
		report: async (session, when) => {
			reports.push(`${when}: ${session.state.status}`);
		},
	};
}

async function types(): Promise<string[]> {
	return (await store.read('r1')).map(({ event }) =>
		event.type.startsWith('job.') && 'job' in event ? `${event.type} ${event.job}` : event.type,
	);
}

describe('executeRun', () => {
	it('takes a run from its creation to its close', async () => {
		const reports: string[] = [];
		await executeRun(
			executor(async (_session, job) => [done(job)], everyLane, reports),
			'r1',
			forever,
		);
		expect((await types()).slice(-2)).toEqual(['run.ended', 'run.closed']);
		expect(await store.find('r1')).toMatchObject({ status: 'closed', outcome: 'done' });
		expect(reports.at(-1)).toBe('last: ended');
	});

	it('runs jobs side by side that do not need each other', async () => {
		const both = Promise.withResolvers<void>();
		const begun: string[] = [];
		const execute: Execute = async (_session, job) => {
			begun.push(job);
			if (begun.includes('left') && begun.includes('right')) both.resolve();
			if (job === 'left' || job === 'right') await both.promise;
			return [done(job)];
		};
		await executeRun(executor(execute), 'r1', forever);
		expect(await store.find('r1')).toMatchObject({ outcome: 'done' });
	});

	it('does only the work of its own lanes and wakes the others', async () => {
		await executeRun(
			executor(async (_session, job) => [done(job)], ['plan']),
			'r1',
			forever,
		);
		expect(await types()).toEqual(['run.created', 'job.started plan', 'job.ended plan']);
		expect(queue.wakes).toEqual([{ lane: 'host', id: 'r1', delayMs: 0 }]);
	});

	it('leaves a run alone that another worker holds, and comes back', async () => {
		await store.acquire('r1', 'somebody else', Date.now(), 60_000);
		await executeRun(
			executor(async (_session, job) => [done(job)]),
			'r1',
			forever,
		);
		expect(await types()).toEqual(['run.created']);
		expect(queue.wakes).toMatchObject([{ lane: 'host', id: 'r1' }]);
	});

	it('goes on where a dead worker left, starting its open job again', async () => {
		const lease = await store.acquire('r1', 'dead', 0, 1);
		if (lease === null) throw new Error('no lease');
		const started: JournalEvent = { type: 'job.started', job: 'plan', attempt: 1, round: 1, worker: 'dead' };
		await store.append(lease, 1, 0, [started]);
		await executeRun(
			executor(async (_session, job) => [done(job)]),
			'r1',
			forever,
		);
		expect((await types()).filter((type) => type === 'job.started plan')).toHaveLength(2);
		expect(await store.find('r1')).toMatchObject({ outcome: 'done' });
	});

	it('stops a running job when a person says stop, and ends as cancelled', async () => {
		const execute: Execute = async (_session, _job, signal) => {
			await store.post('r1', { id: 's1', signal: { name: 'stop', by: 'ada', reason: 'changed my mind' } }, Date.now());
			await sleep(60_000, undefined, { signal }).catch(() => {});
			return [];
		};
		await executeRun(executor(execute), 'r1', forever);
		expect(await store.find('r1')).toMatchObject({ status: 'closed', outcome: 'cancelled' });
	});

	it('leaves the job open when the process is told to stop, so that the next start takes it up', async () => {
		const shutdown = new AbortController();
		const execute: Execute = async (_session, _job, signal) => {
			shutdown.abort(new Error('shutting down'));
			await sleep(60_000, undefined, { signal }).catch(() => {});
			return [];
		};
		await executeRun(executor(execute), 'r1', shutdown.signal);
		expect(await types()).toEqual(['run.created', 'job.started plan']);
		expect(await store.acquire('r1', 'next', Date.now(), 1_000)).not.toBeNull();
	});

	it('lets a waiting run go and says when to look again', async () => {
		const until = Date.now() + 3_600_000;
		const execute: Execute = async (_session, job) => [
			{ type: 'job.waiting', job, reason: 'checks', signals: ['look'], until },
		];
		await executeRun(executor(execute), 'r1', forever);
		expect(queue.wakes[0]?.delayMs).toBeGreaterThan(3_500_000);
		expect(await store.due(Date.now())).toEqual([]);
		expect(await store.due(until + 60_000)).toEqual(['r1']);
	});

	it('tries a faulted job again at its time', async () => {
		const execute: Execute = async (session, job) =>
			session.state.jobs.get(job)?.faults === 0 && job === 'plan'
				? [{ type: 'job.faulted', job, fault: 'transient', message: 'x', retryAt: Date.now() - 1 }]
				: [done(job)];
		await executeRun(executor(execute), 'r1', forever);
		expect(await store.find('r1')).toMatchObject({ outcome: 'done' });
	});

	it('writes nothing more once another worker has fenced it', async () => {
		const execute: Execute = async (_session: RunSession, job) => {
			await store.acquire('r1', 'usurper', Date.now() + 3_600_000, 1_000);
			return [done(job)];
		};
		await expect(executeRun(executor(execute), 'r1', forever)).rejects.toThrow(Fault);
		expect(await types()).toEqual(['run.created', 'job.started plan']);
	});
});

import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../../src/adapters/sql/sql-run-store.ts';
import type { Lease, RunStore } from '../../../src/ports/run-store.ts';
import { newRun } from '../../support/new-run.ts';
import { type PostgresDatabase, postgresMissing, startPostgres } from '../../support/postgres-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** What one of two workers does: takes the lease (its clock may be far off), or appends under the lease it last had. */
const step = fc.oneof(
	fc.record({ kind: fc.constant('acquire' as const), by: fc.nat(1), now: fc.integer({ min: 0, max: 5_000 }) }),
	fc.record({ kind: fc.constant('append' as const), by: fc.nat(1), count: fc.integer({ min: 1, max: 3 }) }),
	fc.record({ kind: fc.constant('release' as const), by: fc.nat(1) }),
	fc.record({ kind: fc.constant('catch up' as const), by: fc.nat(1) }),
);
/** The steps of one round start together. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 10 });

interface Worker {
	name: string;
	store: RunStore;
	lease: Lease | null;
	seq: number;
}

describe('any interleaving of two workers on one run', () => {
	describe('with two connections to an SQLite file', () => {
		let databases: Database[];
		beforeAll(async () => {
			const file = join(temporaryDirectory(), 'factory.db');
			databases = [await openDatabase({ file }), await openDatabase({ file })];
		});
		afterAll(() => Promise.all(databases.map((database) => database.close())));

		it('leaves a journal without gaps in which fences only grow', () => holds(() => databases, 40));
	});

	describe.skipIf(postgresMissing)('with two pools on PostgreSQL', () => {
		let server: PostgresDatabase;
		let databases: Database[];
		beforeAll(async () => {
			server = await startPostgres();
			databases = [await openDatabase(server), await openDatabase(server)];
		});
		afterAll(async () => {
			await Promise.all(databases.map((database) => database.close()));
			await server.stop();
		});

		it('leaves a journal without gaps in which fences only grow', () => holds(() => databases, 60));
	});
});

let runs = 0;

async function holds(databases: () => Database[], numRuns: number): Promise<void> {
	const stores = databases().map((database) => new SqlRunStore(database.db));
	await fc.assert(
		fc.asyncProperty(rounds, async (plan) => {
			const run = `run${++runs}`;
			const workers = stores.map((store, index): Worker => ({ name: `worker-${index}`, store, lease: null, seq: 1 }));
			await stores[0]?.create(newRun({ id: run, subject: { kind: 'issue', number: runs } }));
			let appended = 0;
			for (const round of plan) {
				const results = await Promise.all(
					round.map(async (action) => {
						const worker = workers[action.by];
						return worker === undefined ? 0 : act(worker, run, action);
					}),
				);
				for (const count of results) appended += count;
			}
			const entries = (await stores[1]?.read(run)) ?? [];
			expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
			expect(entries).toHaveLength(appended + 1);
			const fences = entries.flatMap(({ event }) => (event.type === 'job.started' ? [event.attempt] : []));
			expect(fences).toEqual([...fences].sort((a, b) => a - b));
		}),
		{ numRuns },
	);
}

/** Returns how many entries were appended. Only a fence may stop an append. */
async function act(
	worker: Worker,
	run: string,
	action:
		| { kind: 'acquire'; now: number }
		| { kind: 'append'; count: number }
		| { kind: 'release' }
		| { kind: 'catch up' },
): Promise<number> {
	switch (action.kind) {
		case 'acquire':
			worker.lease = (await worker.store.acquire(run, worker.name, action.now, 1_000)) ?? worker.lease;
			return 0;
		case 'release':
			if (worker.lease !== null) await worker.store.release(worker.lease);
			return 0;
		case 'catch up':
			worker.seq = (await worker.store.read(run)).length;
			return 0;
		case 'append': {
			const { lease } = worker;
			if (lease === null) return 0;
			const events = Array.from({ length: action.count }, () => {
				return { type: 'job.started', job: 'plan', attempt: lease.fence, round: 1, worker: worker.name } as const;
			});
			try {
				const entries = await worker.store.append(lease, worker.seq, 1, events);
				worker.seq = entries.at(-1)?.seq ?? worker.seq;
				return entries.length;
			} catch (error) {
				expect(error).toMatchObject({ name: 'Fault', kind: 'fenced' });
				return 0;
			}
		}
	}
}

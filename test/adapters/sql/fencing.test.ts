import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../../src/adapters/sql/sql-run-store.ts';
import type { Lease, RunStore } from '../../../src/ports/run-store.ts';
import { newRun } from '../../support/new-run.ts';
import { type PostgresDatabase, postgresMissing, startPostgres } from '../../support/postgres-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** What one of two workers does: takes the lease (its clock may be far off), or appends under any lease it ever had. */
const step = fc.oneof(
	fc.record({ kind: fc.constant('acquire' as const), by: fc.nat(1), now: fc.integer({ min: 0, max: 5_000 }) }),
	fc.record({
		kind: fc.constant('append' as const),
		by: fc.nat(1),
		count: fc.integer({ min: 1, max: 3 }),
		age: fc.nat(2),
		expects: fc.constantFrom('the newest entry' as const, 'what it last saw' as const),
	}),
	fc.record({ kind: fc.constant('release' as const), by: fc.nat(1), age: fc.nat(1) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The steps of one round start together. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 10 });

interface Worker {
	name: string;
	store: RunStore;
	/** Newest first. */
	leases: Lease[];
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

		it('leaves a journal without gaps, written under the newest lease alone', () => holds(() => databases, 40));
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

		it('leaves a journal without gaps, written under the newest lease alone', () => holds(() => databases, 60));
	});
});

let runs = 0;

async function holds(databases: () => Database[], numRuns: number): Promise<void> {
	const stores = databases().map((database) => new SqlRunStore(database.db));
	await fc.assert(
		fc.asyncProperty(rounds, async (plan) => {
			const run = `run${++runs}`;
			const workers = stores.map((store, index): Worker => ({ name: `worker-${index}`, store, leases: [], seq: 1 }));
			await stores[0]?.create(newRun({ id: run, subject: { kind: 'issue', number: runs } }));
			let appended = 0;
			for (const round of plan) {
				const newest = Math.max(0, ...workers.flatMap(({ leases }) => leases.map((lease) => lease.fence)));
				const results = await Promise.all(
					round.map(async (action) => {
						const worker = workers[action.by];
						return worker === undefined ? [] : act(worker, run, action);
					}),
				);
				// A lease is dead from the moment that a newer one was given out, not only once that one was used.
				for (const fence of results.flat()) expect(fence).toBeGreaterThanOrEqual(newest);
				appended += results.flat().length;
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

/** Returns the fence of each appended entry. Only a fence may stop an append. */
async function act(worker: Worker, run: string, action: Step): Promise<number[]> {
	switch (action.kind) {
		case 'acquire': {
			const lease = await worker.store.acquire(run, worker.name, action.now, 1_000);
			if (lease !== null) worker.leases.unshift(lease);
			return [];
		}
		case 'release': {
			const lease = worker.leases[action.age];
			if (lease !== undefined) await worker.store.release(lease, 0);
			return [];
		}
		case 'append': {
			const lease = worker.leases[action.age];
			if (lease === undefined) return [];
			if (action.expects === 'the newest entry') worker.seq = (await worker.store.read(run)).length;
			const events = Array.from({ length: action.count }, () => {
				return { type: 'job.started', job: 'plan', attempt: lease.fence, round: 1, worker: worker.name } as const;
			});
			try {
				const entries = await worker.store.append(lease, worker.seq, 1, events);
				worker.seq = entries.at(-1)?.seq ?? worker.seq;
				return entries.map(() => lease.fence);
			} catch (error) {
				expect(error).toMatchObject({ name: 'Fault', kind: 'fenced' });
				return [];
			}
		}
	}
}

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import type { Effect } from '../../workers/job-context.ts';
import { performEffect } from '../../workers/perform-effect.ts';
import { RunSession } from '../../workers/run-session.ts';
import { created, workflowOf } from '../support/journal.ts';
import { newRun } from '../support/new-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const workflow = workflowOf('name: one\njobs:\n  plan: { uses: plan }\n');
const clock = { now: () => 1_000, sleep: async () => {} };
let database: Database;
let store: SqlRunStore;

beforeEach(async () => {
	database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	store = new SqlRunStore(database.db);
	await store.create({ ...newRun({ id: 'r1' }), created: created(workflow) });
});

afterEach(() => database.close());

async function open(): Promise<RunSession> {
	const session = await RunSession.open(store, clock, 'r1', 'worker');
	if (session === null) throw new Error('the run is held');
	return session;
}

/** A world in which comments can be made and found. */
function world(): { comments: number[]; effect: Effect<number> } {
	const comments: number[] = [];
	return {
		comments,
		effect: {
			key: 'comment',
			kind: 'comment',
			find: async () => comments[0] ?? null,
			make: async () => {
				comments.push(7);
				return 7;
			},
		},
	};
}

describe('performEffect', () => {
	it('announces, makes and records', async () => {
		const { comments, effect } = world();
		expect(await performEffect(await open(), 'plan', effect)).toBe(7);
		expect(comments).toHaveLength(1);
		expect((await store.read('r1')).map(({ event }) => event.type)).toEqual([
			'run.created',
			'effect.intended',
			'effect.done',
		]);
	});

	it('returns what is recorded, also in a later session, without asking the world', async () => {
		const { effect } = world();
		await performEffect(await open(), 'plan', effect);
		const silent: Effect<number> = {
			...effect,
			find: () => Promise.reject(new Error('asked')),
			make: () => Promise.reject(new Error('made')),
		};
		expect(await performEffect(await open(), 'plan', silent)).toBe(7);
	});

	it('finds what an attempt made that died before it could record', async () => {
		const { comments, effect } = world();
		const dying: Effect<number> = {
			...effect,
			make: async () => {
				await effect.make();
				throw new Error('the answer was lost');
			},
		};
		await expect(performEffect(await open(), 'plan', dying)).rejects.toThrow('lost');
		expect(await performEffect(await open(), 'plan', effect)).toBe(7);
		expect(comments).toHaveLength(1);
		const last = (await store.read('r1')).at(-1)?.event;
		expect(last).toMatchObject({ type: 'effect.done', found: true });
	});
});

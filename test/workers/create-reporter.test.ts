import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { createReporter } from '../../workers/create-reporter.ts';
import { RunSession } from '../../workers/run-session.ts';
import { FakeForge } from '../support/fake-forge.ts';
import { created, done, started, workflowOf } from '../support/journal.ts';
import { newRun } from '../support/new-run.ts';
import { silentLog } from '../support/silent-log.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const workflow = workflowOf('name: one\njobs:\n  gate: { uses: gate }\n');
const waiting = {
	type: 'job.waiting' as const,
	job: 'gate',
	reason: 'an approval',
	signals: ['approve' as const],
	until: null,
};
const clock = { now: () => 1_000, sleep: async () => {} };

let database: Database;
let session: RunSession;
let forge: FakeForge;
let report: ReturnType<typeof createReporter>;

beforeEach(async () => {
	database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	const store = new SqlRunStore(database.db);
	await store.create({ ...newRun({ id: 'r1' }), created: created(workflow) });
	const opened = await RunSession.open(store, clock, 'r1', 'worker');
	if (opened === null) throw new Error('the run cannot be opened');
	session = opened;
	forge = new FakeForge();
	forge.addIssue({ number: 1 });
	report = createReporter({ forges: { open: async () => forge }, clock, log: silentLog });
});

afterEach(async () => {
	await session.close(null);
	await database.close();
});

const comments = () => forge.commentsOf.get(1) ?? [];

test('edits seldom while a run works, but says at once that it rests', async () => {
	await session.append([started('gate')]);
	await report(session, 'meanwhile');
	await session.append([waiting]);
	await report(session, 'meanwhile');
	expect(comments()[0]?.body).not.toContain('an approval');
	await report(session, 'resting');
	expect(comments()[0]?.body).toContain('an approval');
});

test('the last word comes after an edit that is under way, in the same comment', async () => {
	await session.append([started('gate')]);
	const meanwhile = report(session, 'meanwhile');
	await session.append([done('gate'), { type: 'run.ended', outcome: 'done', reason: 'merged' }]);
	await Promise.all([meanwhile, report(session, 'last')]);
	expect(comments()).toHaveLength(1);
	expect(comments()[0]?.body).toContain('merged');
});

import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/sql/open-database.ts';
import type { Schema } from '../../../src/adapters/sql/schema.ts';
import { transact } from '../../../src/adapters/sql/transact.ts';
import { postgresMissing, startPostgres } from '../../support/postgres-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** SQLite's `synchronous`: 1 waits for the disk at checkpoints, 2 at every commit. */
async function synchronous(db: Kysely<Schema>): Promise<number | undefined> {
	const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
	return rows[0]?.synchronous;
}

it('waits for the disk in every transaction of SQLite but those that need only survive a crash', async () => {
	const { db, close } = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	expect(await transact(db, 'power_cut', synchronous)).toBe(2);
	expect(await transact(db, 'crash', synchronous)).toBe(1);
	expect(await synchronous(db)).toBe(2);
	const broken = transact(db, 'crash', async () => {
		throw new Error('broken');
	});
	await expect(broken).rejects.toThrow('broken');
	expect(await synchronous(db)).toBe(2);
	await close();
});

it.skipIf(postgresMissing)('does so on PostgreSQL for that transaction alone', async () => {
	const server = await startPostgres();
	const { db, close } = await openDatabase(server);
	const commit = async (on: Kysely<Schema>) =>
		(await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(on)).rows[0]?.synchronous_commit;
	const usual = await commit(db);
	expect(await transact(db, 'crash', commit)).toBe('off');
	expect(await transact(db, 'power_cut', commit)).toBe(usual);
	await close();
	await server.stop();
});

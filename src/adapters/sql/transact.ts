import { CompiledQuery, type Kysely, SqliteAdapter, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * What a committed transaction survives: `power_cut`, or only the `crash` of this process. A power cut may take the last of the latter
 * back, newest first, so what is left is always a whole earlier state; the next one of the former kind makes them safe too.
 */
export type Survives = 'power_cut' | 'crash';

/**
 * A transaction that is committed as safely as it has to be: a commit that survives a power cut waits for the disk, some ms during which
 * SQLite, being in this process, stops all of it.
 */
export async function transact<T>(
	db: Kysely<Schema>,
	survives: Survives,
	work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
	if (survives === 'power_cut') return await db.transaction().execute(work);
	if (!(db.getExecutor().adapter instanceof SqliteAdapter)) {
		return await db.transaction().execute(async (transaction) => {
			// https://www.postgresql.org/docs/current/wal-async-commit.html
			await transaction.executeQuery(CompiledQuery.raw('set local synchronous_commit to off'));
			return await work(transaction);
		});
	}
	// https://sqlite.org/pragma.html#pragma_synchronous: not to be changed within a transaction.
	return await db.connection().execute(async (connection) => {
		await connection.executeQuery(CompiledQuery.raw('pragma synchronous = normal'));
		try {
			return await connection.transaction().execute(work);
		} finally {
			await connection.executeQuery(CompiledQuery.raw('pragma synchronous = full'));
		}
	});
}

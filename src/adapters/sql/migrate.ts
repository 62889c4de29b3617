import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import { Fault } from '../../core/fault.ts';
import type { ColumnTypes } from './column-types.ts';
import { firstSchema } from './migrations/0001-first-schema.ts';

/** In order; the schema's version is how many have run. Never change one that was released: add another. */
const migrations: readonly ((db: Kysely<unknown>, types: ColumnTypes) => Promise<void>)[] = [firstSchema];

/** Any number that no other program on the same PostgreSQL server is likely to lock. */
const advisoryLock = 4_703_114_280;

/**
 * Brings the schema up to this version, in one transaction, once, also when several processes start together: SQLite
 * serialises by BEGIN IMMEDIATE, PostgreSQL by an advisory lock.
 * @throws Fault permanent when a newer version of the factory has been here.
 */
export async function migrate(db: Kysely<unknown>, kind: 'sqlite' | 'postgres'): Promise<void> {
	const types: ColumnTypes = { bytes: kind === 'sqlite' ? 'blob' : 'bytea' };
	await db.transaction().execute(async (transaction) => {
		if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(transaction);
		const version = await readVersion(transaction);
		if (version > migrations.length) {
			throw new Fault(
				'permanent',
				`the database has schema version ${version}, this version of the factory knows ${migrations.length}: start the newer version, or use another database`,
			);
		}
		for (const migration of migrations.slice(version)) await migration(transaction, types);
		if (version === migrations.length) return;
		await sql`update schema_version set version = ${migrations.length}`.execute(transaction);
	});
}

async function readVersion(transaction: Transaction<unknown>): Promise<number> {
	await sql`create table if not exists schema_version (version integer not null)`.execute(transaction);
	const { rows } = await sql<{ version: number }>`select version from schema_version`.execute(transaction);
	const row = rows[0];
	if (row !== undefined) return row.version;
	await sql`insert into schema_version (version) values (0)`.execute(transaction);
	return 0;
}

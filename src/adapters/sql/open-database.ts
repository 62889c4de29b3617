import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dialect, Kysely, sql } from 'kysely';
import { Fault } from '../../core/fault.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

/** An open database with the newest schema; the three SQL stores share it. */
export interface Database {
	readonly kind: 'sqlite' | 'postgres';
	readonly db: Kysely<Schema>;
	/** Resolves when the database answers; @throws Fault transient when it does not within `timeoutMs`. */
	check(timeoutMs: number): Promise<void>;
	close(): Promise<void>;
}

/** `patienceMs`: how long a statement waits for another process's transaction, by default 5 s. */
export type DatabaseAddress = { file: string; patienceMs?: number } | { url: string };

/**
 * Opens an SQLite file (made with its directory when missing, readable by the owner only) or a PostgreSQL database by its
 * URL, and migrates it.
 * @throws Fault permanent for a wrong URL, a file that cannot be used or a newer schema, transient when nothing answers.
 */
export async function openDatabase(where: DatabaseAddress): Promise<Database> {
	const kind = 'file' in where ? 'sqlite' : 'postgres';
	const db = new Kysely<unknown>({ dialect: await dialectFor(where) });
	try {
		await migrate(db, kind);
	} catch (error) {
		await db.destroy();
		throw error;
	}
	return { kind, db: db.withTables<Schema>(), check: (timeoutMs) => check(db, timeoutMs), close: () => db.destroy() };
}

async function dialectFor(where: DatabaseAddress): Promise<Dialect> {
	if ('file' in where) {
		makeFile(where.file);
		return sqliteDialect(where.file, where.patienceMs ?? 5_000);
	}
	const protocol = URL.canParse(where.url) ? new URL(where.url).protocol : '';
	if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
		throw new Fault('permanent', 'DATABASE_URL is not of the form postgres://user:password@host:5432/database');
	}
	const { postgresDialect } = await import('./postgres-dialect.ts');
	return postgresDialect(where.url);
}

/** SQLite would make the file readable by all; the files that it puts beside take over the mode of this one. */
function makeFile(file: string): void {
	try {
		mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
		closeSync(openSync(file, 'a', 0o600));
	} catch (cause) {
		const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
		throw new Fault('permanent', `database: ${file} cannot be made or opened${code}: check DATA_DIR`, { cause });
	}
}

async function check(db: Kysely<unknown>, timeoutMs: number): Promise<void> {
	const stop = new AbortController();
	const late = sleep(timeoutMs, undefined, { signal: stop.signal }).then(() => {
		throw new Fault('transient', `the database did not answer within ${timeoutMs} ms`);
	});
	try {
		await Promise.race([sql`select version from schema_version`.execute(db), late]);
	} finally {
		stop.abort();
		late.catch(() => {});
	}
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, type DatabaseAddress, openDatabase } from '../../../src/adapters/sql/open-database.ts';
import { SqlArtifactStore } from '../../../src/adapters/sql/sql-artifact-store.ts';
import { SqlDeliveryStore } from '../../../src/adapters/sql/sql-delivery-store.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { type PostgresDatabase, postgresMissing, startPostgres } from '../../support/postgres-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(where: DatabaseAddress): Promise<Database> {
	const database = await openDatabase(where);
	cleanups.push(database.close);
	return database;
}

function newFile(): string {
	return join(temporaryDirectory(), 'factory.db');
}

function delivery(id: string) {
	return { id, event: 'issues', payload: '{}', receivedAt: 1 };
}

describe('an SQLite file', () => {
	it('is made with its directory, both for its owner only', async () => {
		const directory = join(temporaryDirectory(), 'data');
		await open({ file: join(directory, 'factory.db') });
		const files = readdirSync(directory);
		expect(files).toContain('factory.db');
		for (const file of ['.', ...files]) expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
	});

	it('keeps what was stored over closing and opening', async () => {
		const file = newFile();
		const first = await openDatabase({ file });
		await new SqlDeliveryStore(first.db).put(delivery('d1'));
		await first.close();
		const store = new SqlDeliveryStore((await open({ file })).db);
		expect(await store.put(delivery('d1'))).toBe('duplicate');
	});

	it('survives a power cut after every commit, lets others read meanwhile, and checks references', async () => {
		const { db } = await open({ file: newFile() });
		const pragma = async (name: string) =>
			Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0];
		expect(await pragma('journal_mode')).toBe('wal');
		expect(await pragma('synchronous')).toBe(2);
		expect(await pragma('foreign_keys')).toBe(1);
	});

	it('waits for the transaction of another process without stopping this one', async () => {
		const file = newFile();
		const store = new SqlDeliveryStore((await open({ file })).db);
		const other = new DatabaseSync(file);
		other.exec('begin immediate');
		const put = store.put(delivery('d1'));
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 5);
		await sleep(300);
		clearInterval(ticking);
		other.exec('commit');
		expect(await put).toBe('stored');
		expect(ticks).toBeGreaterThan(3);
		other.close();
	});

	it('is reported as locked, to be tried again, when another process never lets go', async () => {
		const file = newFile();
		const database = await open({ file, patienceMs: 200 });
		const store = new SqlDeliveryStore(database.db);
		const other = new DatabaseSync(file);
		other.exec('begin immediate');
		const failure = await store.put(delivery('d1')).catch((error: unknown) => error);
		expect(failure).toMatchObject({ name: 'Fault', kind: 'transient' });
		expect(String(failure)).toContain('locked by another process');
		other.exec('rollback');
		other.close();
		expect(await store.put(delivery('d1'))).toBe('stored');
	});

	it('says that the disk is full, stores nothing of that transaction and goes on when there is room again', async () => {
		const { db } = await open({ file: newFile() });
		const store = new SqlArtifactStore(db, systemClock);
		const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
		await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + 4)}`.execute(db);
		const bytes = crypto.getRandomValues(new Uint8Array(60_000));
		const failure = await store.put('r1', bytes, 'text/plain').catch((error: unknown) => error);
		expect(failure).toMatchObject({ name: 'Fault', kind: 'permanent' });
		expect(String(failure)).toContain('the disk is full');
		await sql`pragma max_page_count = 100000`.execute(db);
		expect(await db.selectFrom('artifacts').selectAll().execute()).toEqual([]);
		const digest = await store.put('r1', bytes, 'text/plain');
		expect((await store.get(digest))?.bytes).toEqual(bytes);
	});

	it('is refused when it is no database, or in a place where none can be', async () => {
		const file = newFile();
		writeFileSync(file, 'these are my notes, do not overwrite them '.repeat(100));
		await expect(openDatabase({ file })).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringMatching(/not an SQLite database/),
		});
		await expect(openDatabase({ file: temporaryDirectory() })).rejects.toMatchObject({ kind: 'permanent' });
		await expect(openDatabase({ file: join(file, 'below', 'a.db') })).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringMatching(/DATA_DIR/),
		});
	});

	it('tells when an artifact was damaged', async () => {
		const { db } = await open({ file: newFile() });
		const store = new SqlArtifactStore(db, systemClock);
		const digest = await store.put('r1', new TextEncoder().encode('1 passing'), 'text/plain');
		await db
			.updateTable('artifacts')
			.set({ bytes: new TextEncoder().encode('9 passing') })
			.execute();
		await expect(store.get(digest)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringMatching(/is damaged/),
		});
	});

	it('answers a check until it is closed', async () => {
		const database = await openDatabase({ file: newFile() });
		await expect(database.check(1_000)).resolves.toBeUndefined();
		await database.close();
		await expect(database.check(1_000)).rejects.toThrow();
	});

	it('is migrated once by five processes that start together', async () => {
		const file = newFile();
		await expect(startTogether(5, { file })).resolves.toEqual([0, 0, 0, 0, 0]);
		const { db } = await open({ file });
		expect((await sql`select version from schema_version`.execute(db)).rows).toEqual([{ version: 1 }]);
	});

	it('is left alone when a newer version of the factory has been here', async () => {
		const file = newFile();
		const { db } = await open({ file });
		await sql`update schema_version set version = 999`.execute(db);
		await expect(openDatabase({ file })).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringMatching(/schema version 999/),
		});
	});
});

describe.skipIf(postgresMissing)('a PostgreSQL database', () => {
	let server: PostgresDatabase;

	beforeEach(async () => {
		server = await startPostgres();
		cleanups.push(server.stop);
	});

	it('is migrated once by five openings at the same time', async () => {
		const databases = await Promise.all(Array.from({ length: 5 }, () => open(server)));
		const { rows } = await sql`select version from schema_version`.execute(databases[0]?.db ?? never());
		expect(rows).toEqual([{ version: 1 }]);
	});

	it('may lose its connections at any moment: the transaction is a fault to be tried again, and the next one works', async () => {
		const { db, check } = await open(server);
		const cut = db.transaction().execute(async (transaction) => {
			await sql`insert into deliveries (id, event, received_at, failures) values ('d1', 'issues', 1, 0)`.execute(
				transaction,
			);
			const killer = await open(server);
			await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
				killer.db,
			);
			await sleep(100);
			await sql`select 1`.execute(transaction);
		});
		await expect(cut).rejects.toMatchObject({ name: 'Fault', kind: 'transient' });
		await expect(check(5_000)).resolves.toBeUndefined();
		expect(await new SqlDeliveryStore(db).put(delivery('d1'))).toBe('stored');
	});

	it('is reported as missing, by no more than the name of the setting', async () => {
		const failure = await openDatabase({ url: `${server.url}_nowhere` }).catch((error: unknown) => error);
		expect(failure).toMatchObject({ name: 'Fault', kind: 'permanent' });
		expect(String(failure)).toContain('DATABASE_URL does not exist');
	});
});

describe('no word of the password', () => {
	it('is in the fault when nobody answers', async () => {
		const url = `postgres://factory:hunter2hunter2@127.0.0.1:${await freePort()}/factory`;
		const failure = await openDatabase({ url }).catch((error: unknown) => error);
		expect(failure).toMatchObject({ name: 'Fault', kind: 'transient' });
		expect(inspect(failure, { depth: null })).not.toContain('hunter2');
		expect(String(failure)).toContain('ECONNREFUSED');
	});

	it.each(['hunter2hunter2', 'mysql://me:hunter2@host/db', 'postgres//me:hunter2@host/db'])(
		'is in the fault when the address is %s',
		async (url) => {
			const failure = await openDatabase({ url }).catch((error: unknown) => error);
			expect(failure).toMatchObject({ name: 'Fault', kind: 'permanent' });
			expect(inspect(failure, { depth: null })).not.toContain('hunter2');
		},
	);
});

function never(): never {
	throw new Error('no database was opened');
}

/** Exit codes of so many processes that open the file at the same time. */
function startTogether(count: number, where: { file: string }): Promise<number[]> {
	const opener = new URL('../../../src/adapters/sql/open-database.ts', import.meta.url).href;
	const script = `import { openDatabase } from ${JSON.stringify(opener)}; await (await openDatabase(${JSON.stringify(where)})).close();`;
	return Promise.all(
		Array.from({ length: count }, async () => {
			const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
				stdio: ['ignore', 'ignore', 'inherit'],
			});
			const [code] = await once(child, 'exit');
			return Number(code);
		}),
	);
}

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import { sqliteFault } from './sqlite-fault.ts';

/** node:sqlite is synchronous, so SQLite's own waiting stops the whole process; beyond this we wait asynchronously. */
const blockingMs = 50;
const pauseMs = 20;

/**
 * Kysely over Node's own SQLite: one connection. Kysely hands it to one caller at a time, since `SqliteAdapter` says that there
 * is no other, so the statements of one transaction never mix with another's. Other processes may have the same file open.
 */
export class SqliteDriver implements Driver {
	readonly #file: string;
	readonly #patienceMs: number;
	#connection: SqliteConnection | null = null;

	constructor(file: string, patienceMs: number) {
		this.#file = file;
		this.#patienceMs = patienceMs;
	}

	async init(): Promise<void> {
		this.#connection = new SqliteConnection(this.#file, this.#patienceMs);
		await this.#connection.prepareFile();
	}

	async acquireConnection(): Promise<DatabaseConnection> {
		if (this.#connection === null) throw new Error('the SQLite driver was not started');
		return this.#connection;
	}

	async releaseConnection(): Promise<void> {}

	/** IMMEDIATE takes the write lock at once: a deferred transaction that reads first and writes later may fail halfway. */
	async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('begin immediate'));
	}

	async commitTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('commit'));
	}

	/** SQLite has rolled back by itself after some errors, a full disk among them. */
	async rollbackTransaction(): Promise<void> {
		this.#connection?.rollback();
	}

	async destroy(): Promise<void> {
		this.#connection?.close();
	}
}

interface Prepared {
	statement: StatementSync;
	/** Whether it has rows to give. */
	answers: boolean;
}

/** More different texts than our queries have, but for inserts of many sizes. */
const mostPrepared = 256;

class SqliteConnection implements DatabaseConnection {
	readonly #file: string;
	readonly #patienceMs: number;
	readonly #database: DatabaseSync;
	readonly #prepared = new Map<string, Prepared>();

	constructor(file: string, patienceMs: number) {
		this.#file = file;
		this.#patienceMs = patienceMs;
		this.#database = this.#guarded(() => new DatabaseSync(file, { timeout: blockingMs }));
	}

	/**
	 * WAL lets readers and one writer work side by side. synchronous=FULL, because an answered delivery must survive a power
	 * cut: NORMAL may lose the last transactions of a WAL (https://sqlite.org/pragma.html#pragma_synchronous).
	 */
	async prepareFile(): Promise<void> {
		for (const pragma of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on']) {
			await this.executeQuery(CompiledQuery.raw(`pragma ${pragma}`));
		}
	}

	async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		const deadline = performance.now() + this.#patienceMs;
		for (;;) {
			try {
				return this.#execute<R>(query);
			} catch (error) {
				const mayRetry = isBusy(error) && !this.#database.isTransaction && performance.now() < deadline;
				if (!mayRetry) throw sqliteFault(error, this.#file);
			}
			await sleep(pauseMs);
		}
	}

	async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
		yield await this.executeQuery<R>(query);
	}

	rollback(): void {
		if (this.#database.isTransaction) this.#guarded(() => this.#database.exec('rollback'));
	}

	close(): void {
		if (this.#database.isOpen) this.#guarded(() => this.#database.close());
	}

	#execute<R>(query: CompiledQuery): QueryResult<R> {
		const { statement, answers } = this.#prepare(query.sql);
		const parameters = query.parameters.map(toInput);
		if (answers) return { rows: statement.all(...parameters).map((row) => row as R) };
		const { changes } = statement.run(...parameters);
		return { rows: [], numAffectedRows: BigInt(changes) };
	}

	/** SQLite itself prepares a kept statement anew when the schema has changed. */
	#prepare(text: string): Prepared {
		const known = this.#prepared.get(text);
		if (known !== undefined) return known;
		const statement = this.#database.prepare(text);
		const prepared = { statement, answers: statement.columns().length > 0 };
		if (this.#prepared.size >= mostPrepared) this.#prepared.clear();
		this.#prepared.set(text, prepared);
		return prepared;
	}

	#guarded<T>(act: () => T): T {
		try {
			return act();
		} catch (error) {
			throw sqliteFault(error, this.#file);
		}
	}
}

function toInput(value: unknown): SQLInputValue {
	if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
		return value;
	if (value instanceof Uint8Array) return value;
	throw new TypeError(`SQLite cannot store a value of type ${typeof value}`);
}

/** SQLITE_BUSY with all its extended codes (https://sqlite.org/rescode.html). */
function isBusy(error: unknown): boolean {
	return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5;
}

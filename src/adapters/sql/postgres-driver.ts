import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import { type ClientBase, type CustomTypesConfig, Pool, type PoolClient, types } from 'pg';
import { postgresFault } from './postgres-fault.ts';

const connectMs = 5_000;
const statementMs = 30_000;
const connections = 10;

/** Kysely over `pg`'s pool. Errors come out as faults without a word of the connection string. */
export class PostgresDriver implements Driver {
	readonly #url: string;
	#pool: Pool | null = null;

	constructor(url: string) {
		this.#url = url;
	}

	async init(): Promise<void> {
		const pool = new Pool({
			connectionString: this.#url,
			application_name: 'dark-factory',
			max: connections,
			connectionTimeoutMillis: connectMs,
			statement_timeout: statementMs,
			idle_in_transaction_session_timeout: statementMs,
			types: numbersForBigints,
		});
		// A lost connection is also an `error` event, which would end the process; the next query on it rejects and tells.
		pool.on('error', ignore);
		pool.on('connect', (client: ClientBase) => client.on('error', ignore));
		this.#pool = pool;
	}

	async acquireConnection(): Promise<PostgresConnection> {
		if (this.#pool === null) throw new Error('the PostgreSQL driver was not started');
		try {
			return new PostgresConnection(await this.#pool.connect());
		} catch (error) {
			throw postgresFault(error);
		}
	}

	async releaseConnection(connection: DatabaseConnection): Promise<void> {
		if (connection instanceof PostgresConnection) connection.release();
	}

	async beginTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('begin'));
	}

	async commitTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('commit'));
	}

	async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		await connection.executeQuery(CompiledQuery.raw('rollback'));
	}

	async destroy(): Promise<void> {
		await this.#pool?.end();
		this.#pool = null;
	}
}

class PostgresConnection implements DatabaseConnection {
	readonly #client: PoolClient;

	constructor(client: PoolClient) {
		this.#client = client;
	}

	async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
		try {
			const { rows, rowCount } = await this.#client.query(query.sql, [...query.parameters]);
			return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
		} catch (error) {
			throw postgresFault(error);
		}
	}

	async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
		yield await this.executeQuery<R>(query);
	}

	release(): void {
		this.#client.release();
	}
}

/** `int8` (https://www.postgresql.org/docs/current/catalog-pg-type.html) arrives as text; all of ours are safe integers. */
const int8 = 20;

const numbersForBigints: CustomTypesConfig = {
	getTypeParser: (id, format) => (id === int8 ? Number : types.getTypeParser(id, format)),
};

function ignore(): void {}

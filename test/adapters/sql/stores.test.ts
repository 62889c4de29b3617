import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { type Database, openDatabase } from '../../../src/adapters/sql/open-database.ts';
import { SqlArtifactStore } from '../../../src/adapters/sql/sql-artifact-store.ts';
import { SqlDeliveryStore } from '../../../src/adapters/sql/sql-delivery-store.ts';
import { SqlRunStore } from '../../../src/adapters/sql/sql-run-store.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { artifactStoreContract } from '../../contracts/artifact-store.ts';
import { deliveryStoreContract } from '../../contracts/delivery-store.ts';
import { runStoreContract } from '../../contracts/run-store.ts';
import { type PostgresDatabase, postgresMissing, startPostgres } from '../../support/postgres-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function sqlite(): Promise<Database> {
	const database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	cleanups.push(database.close);
	return database;
}

describe('stores on an SQLite file', () => stores(sqlite));

describe.skipIf(postgresMissing)('stores on PostgreSQL', () => {
	let kept: PostgresDatabase | null = null;

	// Holds the server up between tests.
	beforeAll(async () => {
		kept = await startPostgres();
	});
	afterAll(() => kept?.stop());

	stores(async () => {
		const server = await startPostgres();
		cleanups.push(server.stop);
		const database = await openDatabase(server);
		cleanups.push(database.close);
		return database;
	});
});

function stores(open: () => Promise<Database>): void {
	describe('run store', () => runStoreContract(async () => new SqlRunStore((await open()).db)));
	describe('delivery store', () => deliveryStoreContract(async () => new SqlDeliveryStore((await open()).db)));
	describe('artifact store', () =>
		artifactStoreContract(async () => new SqlArtifactStore((await open()).db, systemClock)));
}

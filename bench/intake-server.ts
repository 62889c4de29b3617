/** The process that `bench/intake.ts` measures: sends its URL to its parent, and ends when the parent says so. */
import { openDatabase } from '../src/adapters/sql/open-database.ts';
import { SqlDeliveryStore } from '../src/adapters/sql/sql-delivery-store.ts';
import { systemClock } from '../src/adapters/system/system-clock.ts';
import { startServer } from '../src/server.ts';

const [file = '', secret = ''] = process.argv.slice(2);
const quiet = () => {};
const database = await openDatabase({ file });
const server = await startServer('127.0.0.1', 0, {
	secrets: [secret],
	deliveries: new SqlDeliveryStore(database.db),
	queue: { wake: () => Promise.resolve() },
	clock: systemClock,
	log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
	ready: {},
	pages: null,
	timeouts: { requestMs: 30_000, readyMs: 1000 },
});
process.once('message', async () => {
	await server.close(1000);
	await database.close();
	process.disconnect();
});
process.send?.(server.url);

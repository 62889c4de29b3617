// A process of its own for tests that kill it: appends batches of ten entries to run `r1` of an SQLite file until it dies.
// Usage: node append-forever.ts FILE. Prints the newest sequence number after each batch that was promised to be stored.
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import type { JournalEvent } from '../../src/core/journal.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('usage: append-forever.ts FILE');
const database = await openDatabase({ file });
const store = new SqlRunStore(database.db);
const lease = await store.acquire('r1', `process-${process.pid}`, Date.now(), 1);
if (lease === null) throw new Error('no lease');
let seq = (await store.read('r1')).length;
for (let batch = 0; ; batch++) {
	const events = Array.from({ length: 10 }, (_, turn): JournalEvent => {
		const call = { job: 'plan', turn, arm: 'a/b', fault: 'transient', message: `${batch} ${'x'.repeat(2_000)}` };
		return { type: 'model.failed', ...call, usd: 1 };
	});
	await store.append(lease, seq, Date.now(), events);
	seq += events.length;
	process.stdout.write(`${seq}\n`);
}

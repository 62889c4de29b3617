import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { systemIds } from '../../src/adapters/system/system-ids.ts';
import { stopAll } from '../../src/cli/stop-all.ts';
import { newRun } from '../support/new-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { textOutput } from '../support/text-output.ts';

it('hands stop to every run that is going, and wakes each', async () => {
	const database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	const runs = new SqlRunStore(database.db);
	for (const number of [1, 2]) {
		await runs.create(newRun({ id: `r000000000${number}`, subject: { kind: 'issue', number } }));
	}
	const woken: string[] = [];
	const queue = { wake: async ({ id }: { id: string }) => void woken.push(id) };
	const clock = { now: () => 1, sleep: async () => {} };
	const output = textOutput();
	expect(await stopAll({ runs, queue, clock, ids: systemIds }, 'ada', output)).toBe(0);
	for (const run of ['r0000000001', 'r0000000002']) {
		const [posted] = await runs.inbox(run);
		expect(posted?.signal).toMatchObject({ name: 'stop', by: 'ada' });
	}
	expect(woken.sort()).toEqual(['r0000000001', 'r0000000002']);
	await database.close();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/sql/open-database.ts';
import { SqlRunStore } from '../../../src/adapters/sql/sql-run-store.ts';
import { newRun } from '../../support/new-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const script = fileURLToPath(new URL('../../support/append-forever.ts', import.meta.url));

/** Starts the appender, kills it with SIGKILL `afterMs` after its first batch, and returns the last number that it printed. */
async function killedAppender(file: string, afterMs: number): Promise<number> {
	const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	await once(child.stdout, 'data');
	setTimeout(() => child.kill('SIGKILL'), afterMs);
	await once(child, 'close');
	expect(child.signalCode).toBe('SIGKILL');
	return Number(output.split('\n').at(-2));
}

it('has whole batches and everything that was promised after SIGKILL in the middle of appends', async () => {
	const file = join(temporaryDirectory(), 'factory.db');
	const first = await openDatabase({ file });
	await new SqlRunStore(first.db).create(newRun({ id: 'r1' }));
	await first.close();
	for (const afterMs of [0, 3, 11, 40, 77]) {
		const promised = await killedAppender(file, afterMs);
		const database = await openDatabase({ file });
		const store = new SqlRunStore(database.db);
		const entries = await store.read('r1');
		expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
		expect(entries.length % 10).toBe(1);
		expect(entries.length).toBeGreaterThanOrEqual(promised);
		expect(entries.length).toBeLessThanOrEqual(promised + 10);
		expect((await store.find('r1'))?.usd).toBe(entries.length - 1);
		await database.close();
	}
});

/**
 * 500 signed deliveries in a burst against the real server and a real SQLite file, the server in a process of its own: all answered
 * 2xx, p99 under 100 ms, each stored once. Run by `node bench/intake.ts [deliveries] [connections]`; exits 1 when a target is missed.
 */
import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/adapters/sql/open-database.ts';
import { SqlDeliveryStore } from '../src/adapters/sql/sql-delivery-store.ts';
import { webhookPath } from '../src/server.ts';

const count = Number(process.argv[2] ?? 500);
const connections = Number(process.argv[3] ?? 50);
const secret = 'a-secret-of-the-benchmark';

const directory = mkdtempSync(join(tmpdir(), 'bench-intake-'));
const file = join(directory, 'factory.db');
const child = fork(join(import.meta.dirname, 'intake-server.ts'), [file, secret]);
const [url] = (await once(child, 'message')) as [string];

/** About the size of a real `issues.labeled`. */
const body = JSON.stringify({ action: 'labeled', issue: { number: 1, title: 'T', body: 'x'.repeat(20_000) } });
const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const agent = new Agent({ keepAlive: true, maxSockets: connections });

/** Ms from the moment the request is given a connection to the end of the answer. */
function deliver(id: string): Promise<{ status: number; ms: number }> {
	return new Promise((resolve, reject) => {
		let start = performance.now();
		const headers = {
			'content-type': 'application/json',
			'content-length': Buffer.byteLength(body),
			'x-github-event': 'issues',
			'x-github-delivery': id,
			'x-hub-signature-256': signature,
		};
		const outgoing = request(url + webhookPath, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.once('end', () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - start }));
		});
		outgoing.once('socket', () => {
			start = performance.now();
		});
		outgoing.once('error', reject);
		outgoing.end(body);
	});
}

// A server that has been up for a moment, behind a proxy whose connections are open: the first requests pay for compiling, and
// Node accepts one connection for each turn of its loop.
for (let time = 0; time < 3; time += 1) {
	await Promise.all(Array.from({ length: connections }, () => deliver('warm-up')));
}

const begin = performance.now();
const answers = await Promise.all(Array.from({ length: count }, (_, index) => deliver(`delivery-${index}`)));
const wall = performance.now() - begin;
agent.destroy();
child.send('stop');
await once(child, 'exit');
const database = await openDatabase({ file });
const stored = (await new SqlDeliveryStore(database.db).unsettled(count + 2)).length - 1;
await database.close();
rmSync(directory, { recursive: true });

const times = answers.map((answer) => answer.ms).sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
const accepted = answers.filter((answer) => answer.status >= 200 && answer.status < 300).length;
const rows = [
	{ measure: 'answered 2xx', value: `${accepted} of ${count}`, target: 'all', met: accepted === count },
	{ measure: 'stored', value: `${stored} of ${count}`, target: 'all, once', met: stored === count },
	{ measure: 'p50', value: `${at(0.5).toFixed(1)} ms`, target: '', met: true },
	{ measure: 'p99', value: `${at(0.99).toFixed(1)} ms`, target: '< 100 ms', met: at(0.99) < 100 },
	{ measure: 'slowest', value: `${at(1).toFixed(1)} ms`, target: '', met: true },
	{ measure: 'all together', value: `${wall.toFixed(0)} ms over ${connections} connections`, target: '', met: true },
];
console.table(rows);
if (rows.some((row) => !row.met)) process.exitCode = 1;

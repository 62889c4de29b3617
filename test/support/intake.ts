import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlDeliveryStore } from '../../src/adapters/sql/sql-delivery-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { DeliveryStore } from '../../src/ports/delivery-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Wake } from '../../src/ports/queue.ts';
import { type HttpServer, type ServerOptions, startServer, webhookPath } from '../../src/server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const currentSecret = 'the-current-secret-of-the-tests';

/** A log that keeps every line as text, as a file would hold it. */
export function textLog(): Log & { text(): string } {
	const lines: string[] = [];
	function write(fields: Record<string, unknown>, message: string): void {
		const texts = Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.message : value]);
		lines.push(JSON.stringify({ ...Object.fromEntries(texts), message }));
	}
	return { debug: write, info: write, warn: write, error: write, text: () => lines.join('\n') };
}

export interface RunningIntake {
	server: HttpServer;
	deliveries: DeliveryStore;
	log: ReturnType<typeof textLog>;
	wakes: Wake[];
	close(): Promise<void>;
}

/** The real server on a free port over a real SQLite file. */
export async function startIntake(change: Partial<ServerOptions> = {}): Promise<RunningIntake> {
	const database = await openDatabase({ file: join(temporaryDirectory(), 'factory.db') });
	const deliveries = new SqlDeliveryStore(database.db);
	const log = textLog();
	const wakes: Wake[] = [];
	const server = await startServer('127.0.0.1', 0, {
		secrets: [currentSecret],
		deliveries,
		queue: {
			async wake(wake) {
				wakes.push(wake);
			},
		},
		clock: systemClock,
		log,
		ready: {},
		pages: null,
		timeouts: { requestMs: 5000, readyMs: 500 },
		...change,
	});
	async function close(): Promise<void> {
		await server.close(100);
		await database.close();
	}
	return { server, deliveries, log, wakes, close };
}

export function sign(body: string | Uint8Array, secret: string = currentSecret): string {
	return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Headers as GitHub sends them. */
export function deliveryHeaders(body: string | Uint8Array, id: string, secret: string = currentSecret) {
	return {
		'content-type': 'application/json',
		'x-github-event': 'issues',
		'x-github-delivery': id,
		'x-hub-signature-256': sign(body, secret),
	};
}

export function post(server: HttpServer, body: string | Buffer, headers: Record<string, string>): Promise<Response> {
	return fetch(server.url + webhookPath, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
}

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { webhookPath } from '../../src/server.ts';
import { readSettings } from '../../src/settings.ts';
import { currentSecret, deliveryHeaders, post, type RunningIntake, sign, startIntake } from '../support/intake.ts';

let running: RunningIntake | undefined;

afterEach(async () => {
	await running?.close();
	running = undefined;
});

/** Speaks HTTP by hand, as no honest client does. Resolves with everything received once the server closes the connection. */
function rawRequest(server: string, headers: Record<string, string>, send: (socket: Socket) => void): Promise<string> {
	const { hostname, port } = new URL(server);
	return new Promise((resolve) => {
		let received = '';
		const socket = connect(Number(port), hostname, () => {
			const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
			socket.write([`POST ${webhookPath} HTTP/1.1`, 'host: factory', ...lines, '', ''].join('\r\n'));
			send(socket);
		});
		socket.on('data', (chunk) => {
			received += chunk.toString();
		});
		// A reset while still sending is a legitimate way for the server to end this.
		socket.on('error', () => {});
		socket.on('close', () => resolve(received));
	});
}

const zeroSignature = `sha256=${'0'.repeat(64)}`;

describe('case 1: unsigned deliveries', () => {
	test('a forged signature is refused, nothing is stored, and nothing of the body reaches the log', async () => {
		running = await startIntake();
		const body = JSON.stringify({ note: 'CANARY'.repeat(20_000) });
		const headers = { ...deliveryHeaders(body, 'forged'), 'x-hub-signature-256': zeroSignature };
		const response = await post(running.server, body, headers);
		expect(response.status).toBe(400);
		expect(await response.text()).not.toContain('CANARY');
		expect(await running.deliveries.unsettled(10)).toEqual([]);
		expect(running.wakes).toEqual([]);
		expect(running.log.text()).not.toContain('CANARY');
		expect(running.log.text().length).toBeLessThan(2048);
	});

	test('a request without a signature is refused before its body is read', async () => {
		running = await startIntake();
		const answer = await rawRequest(
			running.server.url,
			{
				'content-type': 'application/json',
				'x-github-event': 'issues',
				'x-github-delivery': 'a',
				'content-length': '1000000',
			},
			() => {},
		);
		expect(answer).toContain(' 400 ');
	});

	test('a signature over other bytes than these is refused', async () => {
		running = await startIntake();
		const headers = { ...deliveryHeaders('{"a":1}', 'tampered') };
		expect((await post(running.server, '{"a":2}', headers)).status).toBe(400);
	});
});

test.each([
	['', 'empty'],
	['development', "Probot's default"],
	['DEVELOPMENT', 'the default in capitals'],
	['short', 'too short'],
	['                    ', 'blank'],
])('case 2: the secret "%s" (%s) does not start', (secret) => {
	expect(() => readSettings({ WEBHOOK_SECRET: secret }, 'app')).toThrow(/WEBHOOK_SECRET/);
});

test('case 3: during a rotation both secrets hold, after it only the new one', async () => {
	const previous = 'the-previous-secret-of-the-tests';
	running = await startIntake({ secrets: [currentSecret, previous] });
	expect((await post(running.server, '{}', deliveryHeaders('{}', 'new'))).status).toBe(202);
	expect((await post(running.server, '{}', deliveryHeaders('{}', 'old', previous))).status).toBe(202);
	await running.close();
	running = await startIntake();
	expect((await post(running.server, '{}', deliveryHeaders('{}', 'late', previous))).status).toBe(400);
});

describe('case 4: oversize bodies', () => {
	test('30 MiB without a length get 413, the connection is closed, and memory stays bounded', async () => {
		running = await startIntake();
		const before = process.memoryUsage().rss;
		const chunk = randomBytes(1024 * 1024);
		let sent = 0;
		const answer = await rawRequest(
			running.server.url,
			{ ...deliveryHeaders('{}', 'huge'), 'x-hub-signature-256': zeroSignature, 'transfer-encoding': 'chunked' },
			(socket) => {
				function pump(): void {
					if (sent >= 60 || socket.destroyed) return;
					sent += 1;
					socket.write(`${chunk.length.toString(16)}\r\n`);
					socket.write(chunk);
					socket.write('\r\n', () => setImmediate(pump));
				}
				pump();
			},
		);
		expect(answer).toContain(' 413 ');
		expect(answer.toLowerCase()).toContain('connection: close');
		expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
		expect((await post(running.server, '{}', deliveryHeaders('{}', 'next'))).status).toBe(202);
	});

	test('an announced length over the limit is refused without reading', async () => {
		running = await startIntake();
		const answer = await rawRequest(
			running.server.url,
			{ ...deliveryHeaders('{}', 'huge'), 'content-length': String(30 * 1024 * 1024) },
			() => {},
		);
		expect(answer).toContain(' 413 ');
	});

	test('the largest body that GitHub sends is taken', async () => {
		running = await startIntake();
		const body = JSON.stringify({ text: 'x'.repeat(25 * 1024 * 1024 - 11) });
		expect(Buffer.byteLength(body)).toBe(25 * 1024 * 1024);
		expect((await post(running.server, body, deliveryHeaders(body, 'largest'))).status).toBe(202);
	});
});

describe('case 5: bodies that never come', () => {
	test('a stalled body is cut by the time limit, and the server still serves', async () => {
		running = await startIntake({ timeouts: { requestMs: 200, readyMs: 100 } });
		const { server } = running;
		const stalled = rawRequest(
			server.url,
			{ ...deliveryHeaders('{}', 'stalled'), 'content-length': '100' },
			(socket) => {
				socket.write('{"half":');
			},
		);
		expect((await post(server, '{}', deliveryHeaders('{}', 'meanwhile'))).status).toBe(202);
		expect(await stalled).not.toContain(' 202 ');
		expect((await post(server, '{}', deliveryHeaders('{}', 'after'))).status).toBe(202);
	});

	test('an aborted body stores nothing', async () => {
		running = await startIntake();
		await rawRequest(running.server.url, { ...deliveryHeaders('{}', 'aborted'), 'content-length': '100' }, (socket) => {
			socket.write('{"half":', () => socket.destroy());
		});
		expect((await post(running.server, '{}', deliveryHeaders('{}', 'after'))).status).toBe(202);
		expect(await running.deliveries.find('aborted')).toBeNull();
	});

	test('many huge bodies at once cannot fill the memory', async () => {
		running = await startIntake({ timeouts: { requestMs: 1500, readyMs: 100 } });
		const chunk = Buffer.alloc(24 * 1024 * 1024, 32);
		const headers = {
			...deliveryHeaders('{}', 'flood'),
			'x-hub-signature-256': zeroSignature,
			'content-length': '26000000',
		};
		const url = running.server.url;
		const answers = await Promise.all(
			Array.from({ length: 8 }, () => rawRequest(url, headers, (socket) => void socket.write(chunk))),
		);
		expect(answers.filter((answer) => answer.includes(' 503 ')).length).toBeGreaterThan(0);
		expect((await post(running.server, '{}', deliveryHeaders('{}', 'after'))).status).toBe(202);
	});
});

describe('replays', () => {
	test('case 6: the same delivery twenty times at once is stored once and always acknowledged', async () => {
		running = await startIntake();
		const { server } = running;
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => post(server, '{}', deliveryHeaders('{}', 'same'))),
		);
		expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(202));
		const results = await Promise.all(answers.map((answer) => answer.json()));
		expect(results.filter((result) => JSON.stringify(result).includes('stored'))).toHaveLength(1);
		expect(await running.deliveries.unsettled(100)).toHaveLength(1);
	});

	test('case 7: a redelivery days after it was settled is acknowledged and has no effect', async () => {
		running = await startIntake();
		await post(running.server, '{}', deliveryHeaders('{}', 'late'));
		await running.deliveries.settle('late', Date.now(), 'done');
		expect((await post(running.server, '{}', deliveryHeaders('{}', 'late'))).status).toBe(202);
		expect(await running.deliveries.unsettled(10)).toEqual([]);
		expect(await running.deliveries.find('late')).toBeNull();
	});
});

test('the signature is over the raw bytes: the same JSON spelled otherwise needs its own', async () => {
	running = await startIntake();
	const headers = { ...deliveryHeaders('{"a": 1}', 'spelled'), 'x-hub-signature-256': sign('{"a":1}') };
	expect((await post(running.server, '{"a": 1}', headers)).status).toBe(400);
});

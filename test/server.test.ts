import { afterEach, describe, expect, test } from 'vitest';
import { webhookPath } from '../src/server.ts';
import { deliveryHeaders, post, type RunningIntake, startIntake } from './support/intake.ts';

let running: RunningIntake | undefined;

afterEach(async () => {
	await running?.close();
	running = undefined;
});

describe('a signed delivery', () => {
	test('is stored before it is answered, and wakes the worker', async () => {
		running = await startIntake();
		const body = JSON.stringify({ action: 'labeled', text: 'ünïcode ✓' });
		const response = await post(running.server, body, deliveryHeaders(body, 'delivery-1'));
		expect(response.status).toBe(202);
		expect(await response.json()).toEqual({ delivery: 'delivery-1', result: 'stored' });
		expect(await running.deliveries.find('delivery-1')).toMatchObject({ event: 'issues', payload: body });
		expect(running.wakes).toEqual([{ lane: 'delivery', id: 'delivery-1' }]);
	});

	test('is answered 202 though the queue is down: the store is the truth', async () => {
		running = await startIntake({ queue: { wake: () => Promise.reject(new Error('redis://:hunter2@host is down')) } });
		const response = await post(running.server, '{}', deliveryHeaders('{}', 'delivery-1'));
		expect(response.status).toBe(202);
		expect(await running.deliveries.unsettled(10)).toHaveLength(1);
		expect(running.log.text()).toContain('the sweep will find it');
	});

	test('is answered 503 without internals when the store fails or hangs, and can be redelivered', async () => {
		let state: 'fails' | 'hangs' | 'works' = 'fails';
		running = await startIntake({
			deliveries: {
				put() {
					if (state === 'fails') return Promise.reject(new Error('postgres://user:hunter2@db refused'));
					return state === 'hangs' ? new Promise(() => {}) : Promise.resolve('stored');
				},
			},
		});
		for (const next of ['fails', 'hangs'] as const) {
			state = next;
			const response = await post(running.server, '{}', deliveryHeaders('{}', 'delivery-1'));
			expect(response.status).toBe(503);
			expect(await response.text()).not.toMatch(/hunter2|postgres/);
		}
		expect(running.wakes).toEqual([]);
		state = 'works';
		expect((await post(running.server, '{}', deliveryHeaders('{}', 'delivery-1'))).status).toBe(202);
	});

	test.each([
		['text that is not JSON', '{"a":'],
		['a JSON array', '[]'],
		['a JSON string', '"text"'],
		['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
		['nothing', ''],
	])('is refused when its body is %s', async (_name, body) => {
		running = await startIntake();
		const response = await post(running.server, body, deliveryHeaders(body, 'delivery-1'));
		expect(response.status).toBe(400);
		expect(await running.deliveries.unsettled(10)).toEqual([]);
	});

	test.each([
		['content-type', 'application/x-www-form-urlencoded', 415],
		['x-github-event', '', 400],
		['x-github-event', 'no such event!', 400],
		['x-github-delivery', '', 400],
		['x-github-delivery', '../../etc/passwd', 400],
		['x-hub-signature-256', '', 400],
		['x-hub-signature-256', 'sha1=0000', 400],
	])('is refused when %s is "%s"', async (name, value, status) => {
		running = await startIntake();
		const response = await post(running.server, '{}', { ...deliveryHeaders('{}', 'delivery-1'), [name]: value });
		expect(response.status).toBe(status);
		expect(await running.deliveries.unsettled(10)).toEqual([]);
	});
});

describe('the other routes', () => {
	test('healthz says that the process is alive, and HEAD says it without a body', async () => {
		running = await startIntake();
		expect((await fetch(`${running.server.url}/healthz?from=balancer`)).status).toBe(200);
		const head = await fetch(`${running.server.url}/healthz`, { method: 'HEAD' });
		expect([head.status, await head.text()]).toEqual([200, '']);
	});

	test('readyz names the part that does not answer, not why', async () => {
		let queue = () => Promise.resolve();
		running = await startIntake({
			ready: { store: () => Promise.resolve(), queue: () => queue() },
			timeouts: { requestMs: 5000, readyMs: 50 },
		});
		const url = `${running.server.url}/readyz`;
		expect((await fetch(url)).status).toBe(200);
		queue = () => Promise.reject(new Error('redis://:hunter2@host'));
		const failed = await fetch(url);
		expect([failed.status, await failed.json()]).toEqual([503, { store: 'ok', queue: 'failed' }]);
		queue = () => new Promise(() => {});
		expect((await fetch(url)).status).toBe(503);
	});

	test('an unknown path is 404 and a wrong method 405 with the right one', async () => {
		running = await startIntake();
		expect((await fetch(`${running.server.url}/nowhere`)).status).toBe(404);
		const response = await fetch(running.server.url + webhookPath);
		expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
		expect((await fetch(`${running.server.url}/readyz`, { method: 'DELETE' })).status).toBe(405);
	});

	test('pages get what is not intake; their fault is a bare 500', async () => {
		running = await startIntake({
			pages(request, response) {
				if (request.url === '/fault') throw new Error('secret detail');
				response.end('a page');
			},
		});
		expect(await (await fetch(`${running.server.url}/`)).text()).toBe('a page');
		const fault = await fetch(`${running.server.url}/fault`);
		expect(fault.status).toBe(500);
		expect(await fault.text()).not.toContain('secret detail');
	});
});

test('closing lets an answer in flight end and takes no new connection', async () => {
	const begun = Promise.withResolvers<void>();
	const finish = Promise.withResolvers<void>();
	running = await startIntake({
		async pages(_request, response) {
			begun.resolve();
			await finish.promise;
			response.end('late but whole');
		},
	});
	const { url } = running.server;
	const answer = fetch(`${url}/slow`);
	await begun.promise;
	const closed = running.server.close(5000);
	await expect(fetch(`${url}/healthz`)).rejects.toThrow();
	finish.resolve();
	expect(await (await answer).text()).toBe('late but whole');
	await closed;
});

test('a port that is taken is a rejection', async () => {
	running = await startIntake();
	const port = Number(new URL(running.server.url).port);
	const { startServer } = await import('../src/server.ts');
	const options = { secrets: [], ready: {}, pages: null, timeouts: { requestMs: 1000, readyMs: 100 } };
	const { deliveries, log } = running;
	const clock = { now: () => 0, sleep: () => Promise.resolve() };
	const queue = { wake: () => Promise.resolve() };
	await expect(startServer('127.0.0.1', port, { ...options, deliveries, log, clock, queue })).rejects.toThrow(
		'EADDRINUSE',
	);
});

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Act, createReceiver, events } from '../src/app.ts';
import { Fault } from '../src/core/fault.ts';
import { intentReaders } from '../src/core/intent.ts';
import { type DeliveryWorker, processDelivery } from '../workers/delivery.ts';
import { act } from '../workers/intake/act.ts';
import { currentSecret, deliveryHeaders, post, startIntake } from './support/intake.ts';
import { IntakeFixture, self } from './support/intake-context.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const settings = {
	id: self.appId,
	privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
	webhookSecret: currentSecret,
};

let factory: IntakeFixture;
let delays: number[];

beforeEach(async () => {
	factory = await IntakeFixture.open();
	delays = [];
});

afterEach(() => factory.close());

/** A worker over the fixture's store whose Probot app does `action`. */
async function workerFor(action: Act): Promise<DeliveryWorker> {
	return {
		deliveries: factory.deliveries,
		queue: { wake: async (_wake, delayMs) => void delays.push(delayMs ?? 0) },
		clock: factory.context.clock,
		log: factory.log,
		process: await createReceiver(settings, self, action),
	};
}

async function store(id: string, event: string, payload: object): Promise<void> {
	await factory.deliveries.put({ id, event, payload: JSON.stringify(payload), receivedAt: factory.now });
}

const labeled = () => factory.envelope({ action: 'labeled', issue: factory.payloadOf(1), label: { name: 'factory' } });

test('a signed label becomes a run: server, store, Probot, dispatch', async () => {
	const worker = await workerFor((intent, occasion) => act(factory.context, intent, occasion));
	const intake = await startIntake({ deliveries: factory.deliveries });
	try {
		factory.issue().labels = ['factory'];
		const body = JSON.stringify(labeled());
		for (let time = 0; time < 3; time += 1) {
			expect((await post(intake.server, body, deliveryHeaders(body, 'd-1'))).status).toBe(202);
			await processDelivery(worker, 'd-1');
		}
		expect((await factory.runs()).map((run) => run.id)).toEqual(['run0000001']);
		expect(await factory.deliveries.unsettled(10)).toEqual([]);
		expect(factory.log.text()).toContain('run run0000001');
	} finally {
		await intake.close();
	}
});

test('Probot is told of every event that an intent can come from', () => {
	const readers = Object.keys(intentReaders).map((name) => name.replace(/\.$/, ''));
	expect([...events].sort()).toEqual([...readers, 'installation', 'installation_repositories'].sort());
});

describe('a stored delivery', () => {
	test('of an event that is not ours is settled', async () => {
		const worker = await workerFor(() => Promise.reject(new Error('must not be called')));
		await store('d-1', 'ping', { zen: 'x' });
		await processDelivery(worker, 'd-1');
		expect(await factory.deliveries.find('d-1')).toBeNull();
	});

	test('that meets a fault is tried again later, and given up after eight tries and a quarter of an hour', async () => {
		const worker = await workerFor(() => Promise.reject(new Fault('transient', 'GitHub answered 502')));
		await store('d-1', 'issues', labeled());
		for (let time = 0; time < 9; time += 1) await processDelivery(worker, 'd-1');
		expect(delays).toEqual([2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000]);
		factory.now += 15 * 60_000;
		await processDelivery(worker, 'd-1');
		expect(await factory.deliveries.find('d-1')).toBeNull();
		expect(factory.log.text()).toContain('Delivery given up');
	});

	test('that meets a rate limit waits as long as GitHub says and loses no try', async () => {
		const fault = new Fault('delayed', 'rate limited', { retryAfterMs: 61_000 });
		const worker = await workerFor(() => Promise.reject(fault));
		await store('d-1', 'issues', labeled());
		for (let time = 0; time < 20; time += 1) await processDelivery(worker, 'd-1');
		expect(new Set(delays)).toEqual(new Set([61_000]));
		expect(await factory.deliveries.find('d-1')).not.toBeNull();
	});

	test('of an installation that is gone is settled at once', async () => {
		const worker = await workerFor((intent, occasion) => act(factory.context, intent, occasion));
		const elsewhere = { ...labeled(), repository: { name: 'other', owner: { login: 'acme' } } };
		await store('d-1', 'issues', elsewhere);
		await processDelivery(worker, 'd-1');
		expect(await factory.deliveries.find('d-1')).toBeNull();
		expect(delays).toEqual([]);
	});

	test('that fails leaves nothing of its payload in the log', async () => {
		const worker = await workerFor(() => Promise.reject(new Error('a bug')));
		const seen: unknown[] = [];
		worker.log = { ...factory.log, warn: (fields) => void seen.push(fields.err) };
		await store('d-1', 'issues', { ...labeled(), canary: 'CANARY' });
		await processDelivery(worker, 'd-1');
		expect(seen).toHaveLength(1);
		expect(Object.keys(seen[0] ?? {})).not.toContain('event');
	});

	test('that crashed after its comment was made does not comment twice', async () => {
		const worker = await workerFor((intent, occasion) => act(factory.context, intent, occasion));
		const comment = { body: '/factory nonsense' };
		await store('d-1', 'issue_comment', factory.envelope({ action: 'created', issue: factory.payloadOf(1), comment }));
		factory.forge.failNext('createComment', new Fault('transient', '502 after the work'), 'after');
		await processDelivery(worker, 'd-1');
		expect(await factory.deliveries.find('d-1')).not.toBeNull();
		await processDelivery(worker, 'd-1');
		expect(await factory.deliveries.find('d-1')).toBeNull();
		expect(factory.answers()).toHaveLength(1);
	});
});

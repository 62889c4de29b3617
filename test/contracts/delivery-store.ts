import { beforeEach, expect, it } from 'vitest';
import type { Delivery, DeliveryStore } from '../../src/ports/delivery-store.ts';

function delivery(id: string, receivedAt = 1): Delivery {
	return { id, event: 'issues', payload: `{"action":"labeled","text":"\\u0000 🏭"}`, receivedAt };
}

/** What every delivery store promises. `open` gives an empty one. */
export function deliveryStoreContract(open: () => Promise<DeliveryStore>): void {
	let store: DeliveryStore;

	beforeEach(async () => {
		store = await open();
	});

	it('stores one of twenty equal deliveries that come at once', async () => {
		const answers = await Promise.all(Array.from({ length: 20 }, () => store.put(delivery('d1'))));
		expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
		expect(await store.unsettled(9)).toEqual(['d1']);
	});

	it('gives unsettled deliveries oldest first, as many as asked for', async () => {
		for (const [id, at] of [
			['d1', 3],
			['d2', 1],
			['d3', 2],
		] as const)
			await store.put(delivery(id, at));
		expect(await store.unsettled(2)).toEqual(['d2', 'd3']);
		expect(await store.find('d1')).toEqual(delivery('d1', 3));
		expect(await store.find('d9')).toBeNull();
	});

	it('takes a large payload whole', async () => {
		const payload = JSON.stringify({ text: 'ü'.repeat(3_000_000) });
		await store.put({ ...delivery('d1'), payload });
		expect((await store.find('d1'))?.payload === payload).toBe(true);
	});

	it('remembers a settled delivery for ever, and gives it to nobody', async () => {
		await store.put(delivery('d1'));
		await store.settle('d1', 5, 'started run r1, NUL \0');
		await store.settle('d1', 6, 'again');
		expect(await store.unsettled(9)).toEqual([]);
		expect(await store.find('d1')).toBeNull();
		expect(await store.put(delivery('d1', 99))).toBe('duplicate');
		expect(await store.unsettled(9)).toEqual([]);
	});

	it('counts failed tries', async () => {
		await store.put(delivery('d1'));
		expect(await store.countFailure('d1', 'GitHub answered 502')).toBe(1);
		expect(await store.countFailure('d1', 'odd byte \0')).toBe(2);
		expect(await store.find('d1')).not.toBeNull();
		await expect(store.countFailure('d9', '')).rejects.toMatchObject({ kind: 'permanent' });
	});
}

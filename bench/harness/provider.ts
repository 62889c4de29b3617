/**
 * The fake provider in a process of its own, so that its work is not counted as a harness's. Sends its URL to its parent, then what
 * it saw when the parent asks, and ends.
 */
import type { JsonObject } from '../../test/support/fake-provider/body.ts';
import { blocksOf, objectsOf } from '../../test/support/fake-provider/body.ts';
import { type Exchange, startFakeProvider } from '../../test/support/fake-provider/fake-provider.ts';
import { findPrefixBreak } from '../../test/support/fake-provider/prefix-break.ts';
import { createVirtualClock } from '../../test/support/fake-provider/virtual-clock.ts';
import { steps } from './job.ts';
import { createJobScript, type Dialect } from './script.ts';
import type { Seen } from './seen.ts';

const clock = createVirtualClock();
const play = createJobScript(process.argv[2] as Dialect);
const provider = await startFakeProvider({
	clock,
	// Two seconds a turn, as a model might take, for the life of cache entries.
	script: (ask) => {
		clock.advance(2_000);
		return play(ask);
	},
});

/** Conversations are told apart by their first message. */
function keyOf(body: JsonObject): string {
	const first = objectsOf(body.messages).find(({ role }) => role === 'user');
	return JSON.stringify(blocksOf(first?.content).map(({ text }) => text));
}

function conversations(): Exchange[][] {
	const found = new Map<string, Exchange[]>();
	for (const exchange of provider.exchanges) {
		const key = exchange.body === null ? '' : keyOf(exchange.body);
		found.set(key, [...(found.get(key) ?? []), exchange]);
	}
	return [...found.values()];
}

function report(): Seen {
	const gaps: number[] = [];
	const broken: string[] = [];
	for (const exchanges of conversations()) {
		for (const [index, exchange] of exchanges.entries()) {
			const answeredAt = exchanges[index - 1]?.answeredAt;
			if (typeof answeredAt === 'number') gaps.push(exchange.receivedAt - answeredAt);
			if (exchange.problem !== null) broken.push(exchange.problem);
		}
		const prefix = findPrefixBreak(exchanges.flatMap(({ body }) => (body === null ? [] : [body])));
		if (prefix !== null) broken.push(prefix);
		if (exchanges.length < steps.length) broken.push(`only ${exchanges.length} requests`);
	}
	const first = provider.exchanges[0];
	const sum = (pick: (exchange: Exchange) => number) => provider.exchanges.reduce((all, one) => all + pick(one), 0);
	return {
		gaps,
		broken,
		requests: provider.exchanges.length,
		bytes: sum((exchange) => exchange.bytes),
		prompt: sum(({ tokens }) => tokens?.prompt ?? 0),
		cached: sum(({ tokens }) => tokens?.cached ?? 0),
		written: sum(({ tokens }) => tokens?.written ?? 0),
		output: sum(({ tokens }) => tokens?.output ?? 0),
		firstRequest: {
			bytes: first?.bytes ?? 0,
			system: JSON.stringify(first?.body?.system ?? '').length,
			tools: JSON.stringify(first?.body?.tools ?? '').length,
		},
	};
}

process.once('message', async () => {
	process.send?.(report());
	await provider.close();
	process.disconnect();
});
process.send?.(provider.url);

import { describe, expect, it } from 'vitest';
import { AutomaticCache } from './automatic-cache.ts';
import type { JsonObject } from './body.ts';
import { MarkedCache } from './marked-cache.ts';
import { createVirtualClock } from './virtual-clock.ts';

const marked = (ttl?: '5m' | '1h') => ({ cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) } });

/** A user block of about `tokens` tokens. */
function block(name: string, tokens: number, more: object = {}): JsonObject {
	return { type: 'text', text: name.padEnd(tokens * 4 - 25, '.'), ...more };
}

function request(blocks: JsonObject[], more: object = {}): JsonObject {
	return { model: 'm', messages: [{ role: 'user', content: blocks }], ...more };
}

function anthropic(minimum = 100) {
	const clock = createVirtualClock();
	const cache = new MarkedCache(clock, minimum);
	const ask = (body: JsonObject) => {
		const { usage, commit } = cache.lookUp(body);
		commit();
		return usage;
	};
	return { clock, cache, ask };
}

describe('the cache with markers', () => {
	it('writes up to the last marker, and reads it in the next request', () => {
		const { ask } = anthropic();
		expect(ask(request([block('a', 200), block('b', 200, marked()), block('c', 50)]))).toEqual({
			fresh: 50,
			read: 0,
			written: { '5m': 400, '1h': 0 },
		});
		expect(ask(request([block('a', 200), block('b', 200), block('c', 50), block('d', 50, marked())]))).toEqual({
			fresh: 0,
			read: 400,
			written: { '5m': 100, '1h': 0 },
		});
	});

	it('reads nothing without a marker', () => {
		const { ask } = anthropic();
		ask(request([block('a', 200, marked())]));
		expect(ask(request([block('a', 200), block('b', 50)]))).toEqual({
			fresh: 250,
			read: 0,
			written: { '5m': 0, '1h': 0 },
		});
	});

	it('looks back at twenty blocks and not at twenty-one', () => {
		const tail = (count: number) => Array.from({ length: count }, (_, index) => block(`t${index}`, 50));
		for (const [between, read] of [
			[18, 200],
			[19, 0],
		] as const) {
			const { ask } = anthropic();
			ask(request([block('a', 200, marked())]));
			expect(ask(request([block('a', 200), ...tail(between), block('z', 50, marked())])).read).toBe(read);
		}
	});

	it('keeps nothing below the minimum of the model', () => {
		const { ask } = anthropic(1000);
		expect(ask(request([block('a', 999, marked())])).written['5m']).toBe(0);
		expect(ask(request([block('b', 1000, marked())])).written['5m']).toBe(1000);
	});

	it('forgets after five minutes, or an hour where asked, and a read starts the time anew', () => {
		const { ask, clock } = anthropic();
		const five = request([block('a', 200, marked())]);
		const hour = request([block('b', 200, marked('1h'))]);
		expect(ask(hour).written).toEqual({ '5m': 0, '1h': 200 });
		ask(five);
		clock.advance(4 * 60_000);
		expect(ask(five).read).toBe(200);
		clock.advance(4 * 60_000);
		expect(ask(five).read).toBe(200);
		clock.advance(5 * 60_000);
		expect(ask(five).read).toBe(0);
		expect(ask(hour).read).toBe(200);
		clock.advance(60 * 60_000);
		expect(ask(hour).read).toBe(0);
	});

	it('can be read once the first response has begun, not before', () => {
		const { cache } = anthropic();
		const body = request([block('a', 200, marked())]);
		const first = cache.lookUp(body);
		expect(cache.lookUp(body).usage.read).toBe(0);
		first.commit();
		expect(cache.lookUp(body).usage.read).toBe(200);
	});

	it('loses everything with the tools, the messages with the system or the choice of a tool', () => {
		const { ask } = anthropic();
		const base = (more: object) =>
			request([block('a', 200, marked())], {
				tools: [{ name: 'read', description: 'x'.repeat(1200), ...marked() }],
				system: [block('s', 300, marked())],
				...more,
			});
		const full = ask(base({})).written['5m'];
		expect(ask(base({})).read).toBe(full);
		expect(ask(base({ tools: [{ name: 'other', ...marked() }] })).read).toBe(0);
		const toolsOnly = ask(base({ system: [block('other', 300, marked())] })).read;
		expect(toolsOnly).toBeGreaterThan(300);
		expect(toolsOnly).toBe(full - 500);
		expect(ask(base({ tool_choice: { type: 'tool', name: 'read' } })).read).toBe(full - 200);
		expect(ask(base({ model: 'other' })).read).toBe(0);
	});
});

describe('the automatic cache', () => {
	it('reads the longest known prefix in steps of 128 tokens, from 1024 on', () => {
		const cache = new AutomaticCache(createVirtualClock());
		const ask = (text: string) => {
			const { usage, commit } = cache.lookUp({ model: 'm', messages: [{ role: 'user', content: text }] });
			commit();
			return usage;
		};
		expect(ask('a'.repeat(3900)).written).toBe(0);
		const first = ask('b'.repeat(8000));
		expect(first.cached).toBe(0);
		expect(first.written % 128).toBe(0);
		const next = ask('b'.repeat(8000) + 'c'.repeat(4000));
		expect(next.cached % 128).toBe(0);
		expect(first.prompt - next.cached).toBeLessThan(256);
		expect(ask(`c${'b'.repeat(8000)}`).cached).toBe(0);
	});

	it('reads nothing of a response that has not begun', () => {
		const cache = new AutomaticCache(createVirtualClock());
		const body = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(9000) }] };
		cache.lookUp(body);
		expect(cache.lookUp(body).usage.cached).toBe(0);
	});
});

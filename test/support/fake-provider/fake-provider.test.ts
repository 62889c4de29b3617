import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, answerInOrder, replyCalling } from './answer.ts';
import type { JsonObject } from './body.ts';
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from './fake-provider.ts';
import { createVirtualClock } from './virtual-clock.ts';

const open: FakeProvider[] = [];
afterEach(async () => {
	for (const provider of open.splice(0)) await provider.close();
});

async function start(answer: Answer, more: Partial<FakeProviderOptions> = {}): Promise<FakeProvider> {
	const provider = await startFakeProvider({ script: answerInOrder(answer), clock: createVirtualClock(), ...more });
	open.push(provider);
	return provider;
}

function post(provider: FakeProvider, path: string, body: unknown): Promise<Response> {
	return fetch(provider.url + path, { method: 'POST', body: JSON.stringify(body) });
}

/** The `data:` of each event. */
async function readEvents(response: Response): Promise<JsonObject[]> {
	const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
	return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

const ask = { role: 'user', content: 'go' };
const toolUse = { type: 'tool_use', id: 't1', name: 'read', input: {} };
const toolResult = { type: 'tool_result', tool_use_id: 't1', content: 'x' };
const marker = { cache_control: { type: 'ephemeral' } };
const text = (more: object = {}) => ({ type: 'text', text: 'x', ...more });

function messages(...list: object[]): object {
	return { model: 'm', max_tokens: 10, messages: list };
}

describe('what the Messages API refuses', () => {
	it.each<[string, object, RegExp]>([
		[
			'a call without its result',
			messages(ask, { role: 'assistant', content: [toolUse] }, ask),
			/without `tool_result`/,
		],
		['a call at the end', messages(ask, { role: 'assistant', content: [toolUse] }), /without `tool_result`/],
		['a result without its call', messages({ role: 'user', content: [toolResult] }), /unexpected `tool_use_id`/],
		[
			'a result that comes too late',
			messages(ask, { role: 'assistant', content: [toolUse] }, { role: 'user', content: [text(), toolResult] }),
			/without `tool_result`/,
		],
		[
			'five markers',
			messages({ role: 'user', content: Array.from({ length: 5 }, () => text(marker)) }),
			/maximum of 4 blocks.*Found 5/,
		],
		[
			'a long-lived marker after a short-lived one',
			messages({ role: 'user', content: [text(marker), text({ cache_control: { type: 'ephemeral', ttl: '1h' } })] }),
			/must not come after/,
		],
		['an empty text block', messages({ role: 'user', content: [{ type: 'text', text: '' }] }), /non-empty/],
		[
			'arguments that are no object',
			messages(
				ask,
				{ role: 'assistant', content: [{ ...toolUse, input: '{' }] },
				{ role: 'user', content: [toolResult] },
			),
			/valid dictionary/,
		],
		[
			'a forced tool beside thinking',
			{ ...messages(ask), thinking: { type: 'adaptive' }, tool_choice: { type: 'tool', name: 'read' } },
			/Thinking may not be enabled/,
		],
		[
			'thinking that it never signed',
			messages(ask, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'forged' }] }, ask),
			/Invalid `signature`/,
		],
		['a conversation that the assistant begins', messages({ role: 'assistant', content: 'x' }), /first message/],
	])('%s', async (_name, body, problem) => {
		const provider = await start({ kind: 'reply', say: 'fine' });
		const response = await post(provider, '/v1/messages', body);
		expect(response.status).toBe(400);
		expect(JSON.stringify(await response.json())).toMatch(problem);
		expect(provider.exchanges[0]?.problem).toMatch(problem);
	});

	it('signed thinking whose prefix was altered, and takes it back unaltered', async () => {
		const provider = await start({ kind: 'reply', think: 'hm', say: 'fine' });
		const events = await readEvents(await post(provider, '/v1/messages', messages(ask)));
		const delta = events.find((event) => JSON.stringify(event).includes('signature_delta'))?.delta;
		const signature = delta !== null && typeof delta === 'object' && 'signature' in delta ? delta.signature : '';
		const thinking = { type: 'thinking', thinking: 'hm', signature };
		const echo = (first: object, block: object, more: object = {}) => ({
			...messages(first, { role: 'assistant', content: [block, text()] }, ask),
			...more,
		});
		const status = async (body: object) => (await post(provider, '/v1/messages', body)).status;
		expect(await status(echo(ask, thinking))).toBe(200);
		expect(await status(echo({ role: 'user', content: [{ type: 'text', text: 'go', ...marker }] }, thinking))).toBe(
			200,
		);
		expect(await status(echo({ role: 'user', content: 'gone' }, thinking))).toBe(400);
		expect(await status(echo(ask, { ...thinking, thinking: 'hmm' }))).toBe(400);
		expect(await status(echo(ask, thinking, { system: 'new' }))).toBe(400);
		expect(await status(echo(ask, thinking, { tools: [{ name: 'late' }] }))).toBe(400);
		expect(await status(echo(ask, thinking, { model: 'another' }))).toBe(200);
	});
});

describe('what Chat Completions refuses', () => {
	const call = { id: 'c1', type: 'function', function: { name: 'read', arguments: '{}' } };
	const silent = { role: 'assistant', content: null, tool_calls: [call] };
	const asked = { ...silent, reasoning_content: 'hm' };
	const answered = { role: 'tool', tool_call_id: 'c1', content: 'x' };
	it.each<[string, object[], RegExp]>([
		['a call without its result', [ask, asked, ask], /must be followed by tool messages/],
		['a call at the end', [ask, asked], /must be followed by tool messages/],
		['a result without its call', [ask, answered], /must be a response to a preceeding/],
		['a result given twice', [ask, asked, answered, answered], /must be a response to a preceeding/],
		['a call without its thinking', [ask, silent, answered], /reasoning_content is missing .* index 1/],
	])('%s', async (_name, list, problem) => {
		const provider = await start({ kind: 'reply', say: 'fine' }, { reasoningContent: 'required' });
		const response = await post(provider, '/v1/chat/completions', { model: 'm', messages: list });
		expect(response.status).toBe(400);
		expect(JSON.stringify(await response.json())).toMatch(problem);
	});

	it('nothing of a call that comes back with its thinking', async () => {
		const provider = await start({ kind: 'reply', say: 'fine' }, { reasoningContent: 'required' });
		const list = [ask, asked, answered];
		expect((await post(provider, '/v1/chat/completions', { model: 'm', messages: list })).status).toBe(200);
	});
});

describe('what it answers', () => {
	it('streams usage of Chat Completions only when asked for it', async () => {
		const provider = await start(replyCalling('read', { path: 'a' }), { cacheWrites: 'reported' });
		const body = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(8000) }] };
		const plain = await readEvents(await post(provider, '/v1/chat/completions', body));
		expect(plain.every((event) => event.usage === null)).toBe(true);
		const asked = { ...body, stream_options: { include_usage: true } };
		const [first] = (await readEvents(await post(provider, '/v1/chat/completions', asked))).slice(-1);
		expect(first?.usage).toMatchObject({ prompt_tokens_details: { cached_tokens: 1920, cache_write_tokens: 0 } });
	});

	it('knows no other address', async () => {
		const provider = await start({ kind: 'reply', say: 'fine' });
		expect((await fetch(`${provider.url}/v1/responses`)).status).toBe(404);
	});
});

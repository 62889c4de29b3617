import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAnthropicModel } from '../../../src/adapters/anthropic/anthropic-model.ts';
import type { ModelDelta } from '../../../src/ports/model.ts';
import { buildRequest, plainFacts } from '../../support/model-request.ts';
import { startRawServer, writeEvents } from '../../support/raw-server.ts';

const none = new AbortController().signal;
const open = (baseUrl: string, limits?: { firstByteMs: number; idleMs: number; totalMs: number }) =>
	createAnthropicModel(
		{ provider: 'anthropic', baseUrl, key: 'sk-test', ...(limits === undefined ? {} : { limits }) },
		plainFacts,
	);

const started = {
	type: 'message_start',
	message: {
		id: 'm1',
		type: 'message',
		role: 'assistant',
		model: 'claude-x',
		content: [],
		stop_reason: null,
		stop_sequence: null,
		usage: { input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 1 },
	},
};
const stopped = (reason: string) => [
	{ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 7 } },
	{ type: 'message_stop' },
];

describe('the Anthropic adapter against an independent server', () => {
	const mock = new LLMock({ port: 0, logLevel: 'silent' });
	beforeAll(async () => {
		await mock.start();
	});
	afterAll(() => mock.stop());
	beforeEach(() => {
		mock.clearFixtures();
	});

	it('puts streamed text and tool calls together', async () => {
		mock.onMessage('hello', {
			content: 'Let me look.',
			toolCalls: [{ id: 'toolu_1', name: 'read', arguments: '{"path":"a.ts"}' }],
			usage: { input_tokens: 12, output_tokens: 34 },
		});
		const deltas: ModelDelta[] = [];
		const reply = await open(mock.url).complete(buildRequest('anthropic'), none, (delta) => deltas.push(delta));
		expect(reply.stop).toBe('tool_calls');
		expect(reply.message.blocks).toEqual([
			{ type: 'text', text: 'Let me look.' },
			{ type: 'tool_call', id: 'toolu_1', name: 'read', arguments: '{"path":"a.ts"}' },
		]);
		expect(reply.usage).toMatchObject({ fresh: 12, output: 34 });
		const text = deltas.flatMap((delta) => (delta.type === 'text' ? delta.text : [])).join('');
		expect(text).toBe('Let me look.');
	});

	it('sends its own answers back in a form that the server takes', async () => {
		mock.on(
			{ userMessage: 'hello', hasToolResult: false },
			{ toolCalls: [{ id: 'toolu_1', name: 'read', arguments: '{"path":"a.ts"}' }] },
		);
		mock.on({ toolCallId: 'toolu_1' }, { content: 'Thank you.' });
		const model = open(mock.url);
		const first = buildRequest('anthropic');
		const reply = await model.complete(first, none);
		const second = await model.complete(
			{
				...first,
				messages: [
					...first.messages,
					reply.message,
					{ role: 'user', blocks: [{ type: 'tool_result', id: 'toolu_1', text: 'x', isError: false }] },
				],
			},
			none,
		);
		expect(second.message.blocks).toEqual([{ type: 'text', text: 'Thank you.' }]);
	});

	it.each([
		[429, 'rate_limit_error', 'rate_limited'],
		[500, 'api_error', 'overloaded'],
		[529, 'overloaded_error', 'overloaded'],
		[401, 'authentication_error', 'not_authorised'],
		[400, 'invalid_request_error', 'request_invalid'],
		[413, 'request_too_large', 'context_too_large'],
	])('maps status %i %s to %s and does not try again by itself', async (status, type, kind) => {
		mock.onMessage('hello', { error: { message: 'so it is', type }, status, retryAfter: 3 });
		mock.clearRequests();
		await expect(open(mock.url).complete(buildRequest('anthropic'), none)).rejects.toMatchObject({
			name: 'ModelFault',
			kind,
			...(status === 429 ? { retryAfterMs: 3000 } : {}),
		});
		expect(mock.getRequests()).toHaveLength(1);
	});
});

describe('the Anthropic adapter, byte by byte', () => {
	it('keeps thinking with its signature and sends it back as it came', async () => {
		const thinking = 'Hm, "tabs"\tand ünïcode.';
		const server = await startRawServer((response) => {
			writeEvents(response, [
				started,
				{ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: thinking.slice(0, 5) } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: thinking.slice(5) } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'SIG==' } },
				{ type: 'content_block_stop', index: 0 },
				{ type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'XYZ' } },
				{
					type: 'content_block_start',
					index: 2,
					content_block: { type: 'tool_use', id: 't1', name: 'read', input: {} },
				},
				{ type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
				{ type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '1}' } },
				...stopped('tool_use'),
			]);
			response.end();
		});
		const model = open(server.url);
		const request = buildRequest('anthropic');
		const reply = await model.complete(request, none);
		expect(reply.usage).toEqual({ fresh: 10, cached: 90, cacheWrite: 5, output: 7, reasoning: 0 });
		const journaled = JSON.parse(JSON.stringify(reply.message));
		await model.complete(
			{
				...request,
				messages: [
					...request.messages,
					journaled,
					{ role: 'user', blocks: [{ type: 'tool_result', id: 't1', text: 'one', isError: true }] },
				],
			},
			none,
		);
		const cache_control = { type: 'ephemeral' };
		expect(server.bodies[1]?.messages).toEqual([
			{ role: 'user', content: [{ type: 'text', text: 'hello', cache_control }] },
			{
				role: 'assistant',
				content: [
					{ type: 'thinking', thinking, signature: 'SIG==' },
					{ type: 'redacted_thinking', data: 'XYZ' },
					{ type: 'tool_use', id: 't1', name: 'read', input: { a: 1 } },
				],
			},
			{
				role: 'user',
				content: [{ type: 'tool_result', tool_use_id: 't1', content: 'one', is_error: true, cache_control }],
			},
		]);
		expect(JSON.stringify(server.bodies[1]).match(/cache_control/g)?.length).toBeLessThanOrEqual(4);
		expect(server.headers[0]).toMatchObject({ authorization: 'Bearer sk-test' });
	});

	it('sends no key to a server that has none, whatever keys are in the environment', async () => {
		vi.stubEnv('ANTHROPIC_API_KEY', 'sk-other');
		vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-other');
		onTestFinished(() => {
			vi.unstubAllEnvs();
		});
		const server = await startRawServer((response) => {
			writeEvents(response, [started, ...stopped('end_turn')]);
			response.end();
		});
		const model = createAnthropicModel({ provider: 'mine', baseUrl: server.url, key: null }, plainFacts);
		await model.complete(buildRequest('mine'), none);
		expect(server.headers[0]?.authorization).toBeUndefined();
		expect(server.headers[0]?.['x-api-key']).toBeUndefined();
	});

	it('does not send back a blank text, which the API sends and refuses', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [
				started,
				{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
				{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '\n\n' } },
				{
					type: 'content_block_start',
					index: 1,
					content_block: { type: 'tool_use', id: 't1', name: 'read', input: {} },
				},
				...stopped('tool_use'),
			]);
			response.end();
		});
		const reply = await open(server.url).complete(buildRequest('anthropic'), none);
		expect(reply.message.raw).toEqual({ anthropic: [{ type: 'tool_use', id: 't1', name: 'read', input: {} }] });
	});

	it('reports a cut tool call as it came and echoes it as an object', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [
				started,
				{
					type: 'content_block_start',
					index: 0,
					content_block: { type: 'tool_use', id: 't1', name: 'read', input: {} },
				},
				{ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
				...stopped('max_tokens'),
			]);
			response.end();
		});
		const reply = await open(server.url).complete(buildRequest('anthropic'), none);
		expect(reply.stop).toBe('max_tokens');
		expect(reply.message.blocks[0]).toMatchObject({ arguments: '{"a":' });
		expect(reply.message.raw).toEqual({
			anthropic: [{ type: 'tool_use', id: 't1', name: 'read', input: { INVALID_JSON: '{"a":' } }],
		});
	});

	it('maps an error inside the stream by its type', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [started, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }]);
			response.end();
		});
		await expect(open(server.url).complete(buildRequest('anthropic'), none)).rejects.toMatchObject({
			kind: 'overloaded',
		});
	});

	it('takes a stream that breaks off for a network fault, never for a reply', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [started]);
			response.end();
		});
		await expect(open(server.url).complete(buildRequest('anthropic'), none)).rejects.toMatchObject({ kind: 'network' });
		const cut = await startRawServer((response) => {
			writeEvents(response, [started]);
			setTimeout(() => response.destroy(), 20);
		});
		await expect(open(cut.url).complete(buildRequest('anthropic'), none)).rejects.toMatchObject({ kind: 'network' });
	});

	it('gives up when no bytes come, and goes on waiting while pings do', async () => {
		const limits = { firstByteMs: 2000, idleMs: 300, totalMs: 20_000 };
		const silent = await startRawServer((response) => writeEvents(response, [started]));
		await expect(open(silent.url, limits).complete(buildRequest('anthropic'), none)).rejects.toMatchObject({
			kind: 'stalled',
			message: 'anthropic: no bytes for 0.3 s',
		});
		const pinging = await startRawServer((response) => {
			writeEvents(response, [started]);
			let pings = 0;
			const timer = setInterval(() => {
				pings += 1;
				response.write('event: ping\ndata: {"type":"ping"}\n\n');
				if (pings < 10) return;
				clearInterval(timer);
				for (const event of stopped('end_turn')) {
					response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
				}
				response.end();
			}, 60);
		});
		expect((await open(pinging.url, limits).complete(buildRequest('anthropic'), none)).stop).toBe('end_turn');
	});

	it('ends with the reason of the abort', async () => {
		const server = await startRawServer((response) => writeEvents(response, [started]));
		const controller = new AbortController();
		const pending = open(server.url).complete(buildRequest('anthropic'), controller.signal);
		setTimeout(() => controller.abort(new Error('stop it')), 30);
		await expect(pending).rejects.toThrow('stop it');
	});

	it('reports impossible usage as none', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [
				{ ...started, message: { ...started.message, usage: { input_tokens: -1, output_tokens: 1 } } },
				...stopped('end_turn'),
			]);
			response.end();
		});
		expect((await open(server.url).complete(buildRequest('anthropic'), none)).usage).toBeNull();
	});

	it('forces a tool without thinking, and thinks otherwise', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [started, ...stopped('end_turn')]);
			response.end();
		});
		const facts = {
			...plainFacts,
			quirks: { sendsReasoningBack: false, extraBody: { thinking: { type: 'adaptive' } } },
		};
		const model = createAnthropicModel({ provider: 'anthropic', baseUrl: server.url, key: 'k' }, facts);
		await model.complete(buildRequest('anthropic'), none);
		await model.complete(buildRequest('anthropic', { toolChoice: { tool: 'read' } }), none);
		expect(server.bodies[0]).toMatchObject({ thinking: { type: 'adaptive' }, tool_choice: { type: 'auto' } });
		expect(server.bodies[1]).toMatchObject({ tool_choice: { type: 'tool', name: 'read' } });
		expect(server.bodies[1]).not.toHaveProperty('thinking');
	});
});

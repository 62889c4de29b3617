import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StallLimits } from '../../../src/adapters/http/stall-watch.ts';
import { createOpenAiModel } from '../../../src/adapters/openai/openai-model.ts';
import { readOpenAiUsage } from '../../../src/adapters/openai/read-stream.ts';
import { buildRequest, plainFacts } from '../../support/model-request.ts';
import { startRawServer, writeEvents } from '../../support/raw-server.ts';

const none = new AbortController().signal;
const open = (baseUrl: string, limits?: StallLimits) =>
	createOpenAiModel(
		{ provider: 'openai', baseUrl, key: 'sk-test', ...(limits === undefined ? {} : { limits }) },
		plainFacts,
	);
const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
	id: 'c1',
	object: 'chat.completion.chunk',
	created: 1,
	model: 'model-x',
	choices: [{ index: 0, delta, finish_reason: finish }],
	...more,
});

describe('the OpenAI adapter against an independent server', () => {
	const mock = new LLMock({ port: 0, logLevel: 'silent' });
	beforeAll(async () => {
		await mock.start();
	});
	afterAll(() => mock.stop());
	beforeEach(() => {
		mock.clearFixtures();
	});

	it('puts streamed text, tool calls and usage together', async () => {
		mock.onMessage('hello', {
			content: 'Let me look.',
			toolCalls: [
				{ id: 'call_1', name: 'read', arguments: '{"path":"a.ts"}' },
				{ id: 'call_2', name: 'read', arguments: '{"path":"b.ts"}' },
			],
			usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 60 } },
		});
		const reply = await open(`${mock.url}/v1`).complete(buildRequest('openai'), none);
		expect(reply.stop).toBe('tool_calls');
		expect(reply.message.blocks).toEqual([
			{ type: 'text', text: 'Let me look.' },
			{ type: 'tool_call', id: 'call_1', name: 'read', arguments: '{"path":"a.ts"}' },
			{ type: 'tool_call', id: 'call_2', name: 'read', arguments: '{"path":"b.ts"}' },
		]);
		expect(reply.usage?.output).toBe(20);
		expect((reply.usage?.fresh ?? 0) + (reply.usage?.cached ?? 0)).toBe(100);
	});

	it.each([
		[429, 'rate_limit_exceeded', 'rate_limited'],
		[429, 'insufficient_quota', 'spend_limit'],
		[500, 'server_error', 'overloaded'],
		[503, 'server_error', 'overloaded'],
		[401, 'invalid_api_key', 'not_authorised'],
		[400, 'context_length_exceeded', 'context_too_large'],
		[400, 'invalid_value', 'request_invalid'],
		[404, 'model_not_found', 'request_invalid'],
	])('maps status %i %s to %s and does not try again by itself', async (status, code, kind) => {
		mock.onMessage('hello', { error: { message: 'so it is', type: 'error', code }, status });
		mock.clearRequests();
		await expect(open(`${mock.url}/v1`).complete(buildRequest('openai'), none)).rejects.toMatchObject({
			name: 'ModelFault',
			kind,
		});
		expect(mock.getRequests()).toHaveLength(1);
	});
});

describe('the OpenAI adapter, byte by byte', () => {
	afterEach(() => {
		vi.unstubAllEnvs();
	});

	it('sends reasoning and signed extras back as they came', async () => {
		const extra_content = { google: { thought_signature: 'SIG==' } };
		const server = await startRawServer((response) => {
			writeEvents(response, [
				chunk({ role: 'assistant', content: '' }),
				chunk({ reasoning_content: 'I thi' }),
				chunk({ reasoning_content: 'nk.' }),
				chunk({
					tool_calls: [
						{ index: 0, id: 'c1', type: 'function', function: { name: 'read', arguments: '' }, extra_content },
					],
				}),
				chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
				chunk({}, 'tool_calls', {
					usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, cached_tokens: 4 },
				}),
			]);
			response.end('data: [DONE]\n\n');
		});
		const model = open(server.url);
		const request = buildRequest('openai');
		const reply = await model.complete(request, none);
		expect(reply.usage).toEqual({ fresh: 5, cached: 4, cacheWrite: 0, output: 3, reasoning: 0 });
		expect(reply.message.blocks[0]).toEqual({ type: 'thinking', text: 'I think.' });
		await model.complete(
			{
				...request,
				messages: [
					...request.messages,
					JSON.parse(JSON.stringify(reply.message)),
					{
						role: 'user',
						blocks: [
							{ type: 'tool_result', id: 'c1', text: 'one', isError: false },
							{ type: 'text', text: 'go on' },
						],
					},
				],
			},
			none,
		);
		expect(server.bodies[1]).toMatchObject({
			prompt_cache_key: 'run1/job1',
			max_completion_tokens: 1000,
			stream: true,
		});
		expect(server.bodies[1]?.messages).toEqual([
			{ role: 'system', content: 'You are tested.' },
			{ role: 'user', content: 'hello' },
			{
				role: 'assistant',
				content: null,
				reasoning_content: 'I think.',
				tool_calls: [{ extra_content, id: 'c1', type: 'function', function: { name: 'read', arguments: '{"a":1}' } }],
			},
			{ role: 'tool', tool_call_id: 'c1', content: 'one' },
			{ role: 'user', content: 'go on' },
		]);
	});

	it('tells calls apart that a server gave the same id or none', async () => {
		const server = await startRawServer((response) => {
			const part = (index: number) => ({
				index,
				id: 'x',
				type: 'function',
				function: { name: 'read', arguments: '{}' },
			});
			writeEvents(response, [chunk({ tool_calls: [part(0), part(1)] }), chunk({}, 'stop')]);
			response.end('data: [DONE]\n\n');
		});
		const reply = await open(server.url).complete(buildRequest('openai'), none);
		expect(reply.stop).toBe('tool_calls');
		expect(reply.message.blocks.map((block) => ('id' in block ? block.id : ''))).toEqual(['x', 'call_job1_1_2']);
	});

	it('tells calls apart that a server gave the same index', async () => {
		const server = await startRawServer((response) => {
			const part = (id: string, name: string, text: string) => ({
				tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: text } }],
			});
			writeEvents(response, [
				chunk(part('a', 'read', '{"path":"1"}')),
				chunk(part('b', 'grep', '{"path":')),
				chunk({ tool_calls: [{ index: 0, function: { arguments: '"2"}' } }] }),
				chunk({}, 'stop'),
			]);
			response.end('data: [DONE]\n\n');
		});
		const reply = await open(server.url).complete(buildRequest('openai'), none);
		expect(reply.message.blocks).toEqual([
			{ type: 'tool_call', id: 'a', name: 'read', arguments: '{"path":"1"}' },
			{ type: 'tool_call', id: 'b', name: 'grep', arguments: '{"path":"2"}' },
		]);
	});

	it('keeps parts of one call together where ids change or no index comes, however high an index is', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [
				chunk({ tool_calls: [{ index: 4_000_000_000, id: 'a', function: { name: 'read', arguments: '{"a"' } }] }),
				chunk({ tool_calls: [{ index: 4_000_000_000, id: 'other', function: { arguments: ':1}' } }] }),
				chunk({ tool_calls: [{ id: 'b', function: { name: 'grep', arguments: '{"b"' } }] }),
				chunk({ tool_calls: [{ function: { arguments: ':2}' } }] }),
				chunk({}, 'tool_calls'),
			]);
			response.end('data: [DONE]\n\n');
		});
		const reply = await open(server.url).complete(buildRequest('openai'), none);
		expect(reply.message.blocks.map((block) => ('arguments' in block ? block.arguments : ''))).toEqual([
			'{"a":1}',
			'{"b":2}',
		]);
	});

	it('sends no key but the one of its provider, and none where there is none', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }, 'stop')]);
			response.end('data: [DONE]\n\n');
		});
		vi.stubEnv('OPENAI_API_KEY', 'sk-other');
		vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin');
		vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer sk-gateway');
		await createOpenAiModel({ provider: 'local', baseUrl: server.url, key: null }, plainFacts).complete(
			buildRequest('local'),
			none,
		);
		await createOpenAiModel({ provider: 'xai', baseUrl: server.url, key: 'sk-xai' }, plainFacts).complete(
			buildRequest('xai'),
			none,
		);
		expect(server.headers.map((headers) => headers.authorization)).toEqual([undefined, 'Bearer sk-xai']);
	});

	it('keeps the cache key within what OpenAI takes, the same for every turn', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }, 'stop')]);
			response.end('data: [DONE]\n\n');
		});
		const cacheKey = `0123456789/${'a-job-with-a-long-name'.repeat(4)}`;
		await open(server.url).complete(buildRequest('openai', { cacheKey }), none);
		await open(server.url).complete(buildRequest('openai', { cacheKey }), none);
		await open(server.url).complete(buildRequest('openai', { cacheKey: `${cacheKey}2` }), none);
		const keys = server.bodies.map((body) => String(body.prompt_cache_key));
		expect(keys.map((key) => key.length)).toEqual([64, 64, 64]);
		expect(keys[1]).toBe(keys[0]);
		expect(keys[2]).not.toBe(keys[0]);
	});

	it('sends nothing that other providers do not know', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }, 'stop')]);
			response.end('data: [DONE]\n\n');
		});
		const model = createOpenAiModel({ provider: 'local', baseUrl: server.url, key: null }, plainFacts);
		await model.complete(buildRequest('local'), none);
		expect(server.bodies[0]).not.toHaveProperty('prompt_cache_key');
		expect(server.bodies[0]).toMatchObject({ max_tokens: 1000 });
	});

	it('does not force a tool on a model that refuses that, and lets its facts rule over the effort', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }, 'stop')]);
			response.end('data: [DONE]\n\n');
		});
		const quirks = { sendsReasoningBack: true, refusesForcedTools: true, extraBody: { reasoning_effort: 'none' } };
		const model = createOpenAiModel({ provider: 'moonshot', baseUrl: server.url, key: 'k' }, { ...plainFacts, quirks });
		const request = buildRequest('moonshot', { toolChoice: { tool: 'read' } });
		await model.complete({ ...request, arm: { ...request.arm, effort: 'high' } }, none);
		expect(server.bodies[0]).toMatchObject({ tool_choice: 'auto', reasoning_effort: 'none' });
	});

	it.each([
		['content_filter', 'refusal'],
		['length', 'max_tokens'],
	])('maps the finish reason %s to %s', async (finish, stop) => {
		const server = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }), chunk({}, finish)]);
			response.end('data: [DONE]\n\n');
		});
		expect((await open(server.url).complete(buildRequest('openai'), none)).stop).toBe(stop);
	});

	it('takes a stream without a finish for a network fault, and an error in it for what it is', async () => {
		const cut = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' })]);
			response.end();
		});
		await expect(open(cut.url).complete(buildRequest('openai'), none)).rejects.toMatchObject({ kind: 'network' });
		const failing = await startRawServer((response) => {
			writeEvents(response, [chunk({ content: 'hi' }), { error: { message: 'server is overloaded', code: 'x' } }]);
			response.end();
		});
		await expect(open(failing.url).complete(buildRequest('openai'), none)).rejects.toMatchObject({
			kind: 'overloaded',
		});
	});

	it('gives up when no bytes come', async () => {
		const server = await startRawServer(() => undefined);
		const limits = { firstByteMs: 200, idleMs: 200, totalMs: 10_000 };
		await expect(open(server.url, limits).complete(buildRequest('openai'), none)).rejects.toMatchObject({
			kind: 'stalled',
		});
	});

	it('gives up on an answer that never ends', async () => {
		const server = await startRawServer((response) => {
			writeEvents(response, []);
			const more = () => {
				if (response.destroyed) return;
				response.write(`data: ${JSON.stringify(chunk({ content: 'and so on, '.repeat(1000) }))}\n\n`);
				setImmediate(more);
			};
			more();
		});
		const limits = { firstByteMs: 20_000, idleMs: 20_000, totalMs: 20_000, totalBytes: 1_000_000 };
		await expect(open(server.url, limits).complete(buildRequest('openai'), none)).rejects.toMatchObject({
			kind: 'stalled',
			message: 'openai: no end within 1000000 bytes',
		});
	});

	it('names an unreachable server without its key', async () => {
		const failed = await open('http://127.0.0.1:9/v1')
			.complete(buildRequest('openai'), none)
			.catch((error: Error) => error);
		expect(failed).toMatchObject({ kind: 'network', message: 'openai could not be reached' });
		expect(JSON.stringify(failed)).not.toContain('sk-test');
	});
});

describe('usage of OpenAI and compatible servers', () => {
	it('separates what was cached and written from what was fresh', () => {
		const usage = {
			prompt_tokens: 100,
			completion_tokens: 30,
			total_tokens: 130,
			prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
			completion_tokens_details: { reasoning_tokens: 12 },
		};
		expect(readOpenAiUsage(usage)).toEqual({ fresh: 30, cached: 60, cacheWrite: 10, output: 30, reasoning: 12 });
	});

	it('is null when more was cached than was sent', () => {
		const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6, cached_tokens: 9 };
		expect(readOpenAiUsage(usage)).toBeNull();
	});
});

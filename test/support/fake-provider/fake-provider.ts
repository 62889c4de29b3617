import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Script, ScriptedReply } from './answer.ts';
import { createAnthropicWire } from './anthropic-wire.ts';
import type { JsonObject } from './body.ts';
import { isObject, objectsOf } from './body.ts';
import type { ReasoningContent } from './openai-checks.ts';
import { createOpenAiWire } from './openai-wire.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { TokenUse, Wire } from './wire.ts';

export interface FakeProviderOptions {
	script: Script;
	clock: VirtualClock;
	/** Anthropic's smallest prompt that is cached. Default 1024. */
	minimumCachedTokens?: number;
	/** Default `ignored`. */
	reasoningContent?: ReasoningContent;
	/** Whether OpenAI's automatic cache reports what it writes; by default it does not, as before GPT-5.6. */
	cacheWrites?: 'reported' | 'free';
	/** Between two pings of a stalled stream, ms of real time. Default 20. */
	pingMs?: number;
	/** By default every body is kept. */
	bodies?: 'kept' | 'dropped';
}

/** What came in and what went out. */
export interface Exchange {
	protocol: 'anthropic' | 'openai';
	/** Null when dropped. */
	body: JsonObject | null;
	bytes: number;
	headers: IncomingMessage['headers'];
	/** 400 for what the protocol does not allow. */
	status: number;
	/** The protocol's objection. */
	problem: string | null;
	/** What the caches made of the prompt; null where nothing was answered. */
	tokens: TokenUse | null;
	/** Ms on the machine's monotonic clock: the request was there whole; the answer was handed over whole (null: never). */
	receivedAt: number;
	answeredAt: number | null;
}

export interface FakeProvider {
	/** For `ANTHROPIC_BASE_URL`; with `/v1` for `OPENAI_BASE_URL`. */
	url: string;
	exchanges: Exchange[];
	close(): Promise<void>;
}

/**
 * A model provider on loopback that speaks Anthropic Messages and OpenAI Chat Completions as their documents say: it refuses what they
 * refuse, simulates their prompt caches on a virtual clock, plays a script and fails on demand.
 */
export async function startFakeProvider(options: FakeProviderOptions): Promise<FakeProvider> {
	const wires: Record<string, Wire> = {
		'/v1/messages': createAnthropicWire(options.clock, options.minimumCachedTokens ?? 1024),
		'/v1/chat/completions': createOpenAiWire(
			options.clock,
			options.reasoningContent ?? 'ignored',
			options.cacheWrites ?? 'free',
		),
	};
	const exchanges: Exchange[] = [];
	let number = 0;

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const wire = wires[new URL(request.url ?? '/', 'http://fake').pathname];
		const text = await readText(request);
		const receivedAt = performance.now();
		if (request.method !== 'POST' || wire === undefined) {
			response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not found"}}');
			return;
		}
		const body = parseBody(text);
		const problem = body === null ? 'the body is not a JSON object' : wire.findProblem(body);
		const exchange: Exchange = {
			protocol: wire.protocol,
			body: options.bodies === 'dropped' ? null : body,
			bytes: Buffer.byteLength(text),
			headers: request.headers,
			status: 200,
			problem,
			tokens: null,
			receivedAt,
			answeredAt: null,
		};
		exchanges.push(exchange);
		const refuse = (status: number, error: object, headers: Record<string, string> = {}) => {
			exchange.status = status;
			response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(error));
			exchange.answeredAt = performance.now();
		};
		if (body === null || problem !== null) return refuse(400, wire.formatError('invalid_request_error', problem ?? ''));
		number += 1;
		const replies = objectsOf(body.messages).filter(({ role }) => role === 'assistant').length;
		const answer = options.script({ protocol: wire.protocol, number, replies, body });
		if (answer.kind === 'error') {
			const seconds = answer.retryAfterSeconds;
			const headers: Record<string, string> = seconds === undefined ? {} : { 'retry-after': String(seconds) };
			return refuse(answer.status, wire.formatError(answer.type, answer.message), headers);
		}
		const reply = replyOf(answer);
		if (reply === null) return;
		const { events, tokens, begin } = wire.answer(body, reply, number);
		exchange.tokens = tokens;
		response.writeHead(200, {
			'content-type': 'text/event-stream',
			'cache-control': 'no-cache',
			'request-id': `req_${number}`,
		});
		begin();
		await play(answer, wire, events, response, options.pingMs ?? 20);
		exchange.answeredAt = performance.now();
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
	});
	server.keepAliveTimeout = 60_000;
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		exchanges,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** Null for an answer that says nothing at all. */
function replyOf(answer: Exclude<Answer, { kind: 'error' }>): ScriptedReply | null {
	return answer.kind === 'reply' ? answer : answer.reply;
}

async function play(
	answer: Exclude<Answer, { kind: 'error' }>,
	wire: Wire,
	events: readonly string[],
	response: ServerResponse,
	pingMs: number,
): Promise<void> {
	if (answer.kind === 'reply') return void response.end(events.join(''));
	response.write(events.slice(0, Math.ceil(events.length / 2)).join(''));
	switch (answer.kind) {
		case 'error_in_stream':
			return void response.end(wire.formatErrorEvent(answer.type, answer.message));
		case 'break':
			// What was written must be on its way before the connection is reset.
			await new Promise((resolve) => setTimeout(resolve, 5));
			response.destroy();
			return;
		case 'stall': {
			const pings = answer.pings === 'sent' ? setInterval(() => response.write(wire.ping), pingMs) : null;
			await new Promise((resolve) => response.once('close', resolve));
			if (pings !== null) clearInterval(pings);
		}
	}
}

async function readText(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): JsonObject | null {
	try {
		const value = JSON.parse(text);
		return isObject(value) ? value : null;
	} catch {
		return null;
	}
}

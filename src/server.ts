import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Intake, receiveDelivery } from './intake/receive-delivery.ts';
import { within } from './intake/within.ts';

export const webhookPath = '/api/github/webhooks';

/** How long an answer to a half-sent body may take to reach its sender before the connection is cut. */
const lingerMs = 250;

const bodyBudget = 128 * 1024 * 1024;

export interface ServerOptions extends Omit<Intake, 'budget'> {
	/** What must answer for `/readyz`: resolves when it does. */
	ready: Record<string, () => Promise<void>>;
	/** Everything that is not intake or health: the pages. Answers 404 itself. Null: there are none. */
	pages: ((request: IncomingMessage, response: ServerResponse) => void | Promise<void>) | null;
	timeouts: {
		/** For the whole request, body included, in ms. */
		requestMs: number;
		/** For each check of `/readyz`, in ms. */
		readyMs: number;
	};
}

export interface HttpServer {
	/** The address in use, the port chosen by the system when it was given as 0. */
	readonly url: string;
	/** Stops accepting, lets answers in flight end within `graceMs`, then cuts. */
	close(graceMs: number): Promise<void>;
}

/**
 * Serves `POST /api/github/webhooks`, `GET /healthz` (the process is alive) and `GET /readyz` (store and queue answer). Our own rim
 * and not Probot's, which buffers bodies of any size before it looks at the signature and echoes errors to the sender.
 * Rejects when the port cannot be had.
 */
export async function startServer(host: string, port: number, options: ServerOptions): Promise<HttpServer> {
	const intake: Intake = { ...options, budget: { used: 0, total: bodyBudget } };
	const server = createServer(
		{
			requestTimeout: options.timeouts.requestMs,
			headersTimeout: Math.min(10_000, options.timeouts.requestMs),
			connectionsCheckingInterval: Math.min(1000, options.timeouts.requestMs),
			keepAliveTimeout: 5000,
		},
		(request, response) => {
			route(request, response, intake, options).catch((error: unknown) => {
				options.log.error({ err: error, method: request.method }, 'Request failed');
				answer(request, response, { status: 500, body: { error: 'Internal error' }, connection: 'close' });
			});
		},
	);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
	const address = server.address() as AddressInfo;
	return {
		url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
		async close(graceMs) {
			const cut = setTimeout(() => server.closeAllConnections(), graceMs);
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeIdleConnections();
			});
			clearTimeout(cut);
		},
	};
}

async function route(
	request: IncomingMessage,
	response: ServerResponse,
	intake: Intake,
	options: ServerOptions,
): Promise<void> {
	const path = (request.url ?? '/').split('?', 1)[0];
	const method = request.method ?? '';
	if (path === webhookPath) {
		if (method !== 'POST') return refuseMethod(request, response, 'POST');
		return answer(request, response, await receiveDelivery(request, intake));
	}
	if (path === '/healthz' || path === '/readyz') {
		if (method !== 'GET' && method !== 'HEAD') return refuseMethod(request, response, 'GET, HEAD');
		const health: Answer = { status: 200, body: { status: 'alive' }, connection: 'keep' };
		return answer(request, response, path === '/healthz' ? health : await checkReady(options));
	}
	if (options.pages !== null) return options.pages(request, response);
	answer(request, response, { status: 404, body: { error: 'Not found' }, connection: 'close' });
}

async function checkReady(options: ServerOptions): Promise<Answer> {
	const { readyMs } = options.timeouts;
	const checks = await Promise.all(
		Object.entries(options.ready).map(async ([name, check]): Promise<[string, string]> => {
			try {
				await within(readyMs, name, check());
				return [name, 'ok'];
			} catch (error) {
				options.log.warn({ err: error, check: name }, 'Not ready');
				return [name, 'failed'];
			}
		}),
	);
	const status = checks.every(([, state]) => state === 'ok') ? 200 : 503;
	return { status, body: Object.fromEntries(checks), connection: 'keep' };
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, allow: string): void {
	response.setHeader('allow', allow);
	answer(request, response, { status: 405, body: { error: 'Method not allowed' }, connection: 'close' });
}

function answer(request: IncomingMessage, response: ServerResponse, { status, body, connection }: Answer): void {
	if (response.headersSent || response.destroyed) return;
	const text = JSON.stringify(body);
	response.statusCode = status;
	response.setHeader('content-type', 'application/json');
	response.setHeader('content-length', Buffer.byteLength(text));
	if (connection === 'keep' || request.complete) {
		response.end(request.method === 'HEAD' ? undefined : text);
		return;
	}
	// The sender is still sending. Closing now would reset the connection under an answer that it has not read yet, so read on
	// for a moment without keeping anything, then cut.
	response.setHeader('connection', 'close');
	response.write(text);
	request.resume();
	setTimeout(() => request.socket.destroy(), lingerMs).unref();
}

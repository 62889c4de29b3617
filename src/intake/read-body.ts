import type { IncomingMessage } from 'node:http';

export type Body = { kind: 'ok'; bytes: Buffer } | { kind: 'too_large' } | { kind: 'busy' } | { kind: 'aborted' };

/** Bytes that all requests together may hold in memory; shared by the requests of one server. */
export interface BodyBudget {
	used: number;
	readonly total: number;
}

/**
 * Reads a request's body, at most `limit` bytes. Never holds more than the limit, whatever `Content-Length` says or hides, and
 * never more than the budget over all requests: unsigned senders could otherwise fill the memory side by side. After
 * `too_large` and `busy` the rest is not kept, and the caller is to close the connection.
 */
export function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<Body> {
	const { promise, resolve } = Promise.withResolvers<Body>();
	const announced = Number(request.headers['content-length'] ?? 0);
	if (announced > limit) return Promise.resolve({ kind: 'too_large' });

	let chunks: Buffer[] = [];
	let size = 0;
	function finish(body: Body): void {
		request.off('data', take);
		budget.used -= size;
		size = 0;
		chunks = [];
		resolve(body);
	}
	function take(chunk: Buffer): void {
		if (size + chunk.length > limit) {
			finish({ kind: 'too_large' });
		} else if (budget.used + chunk.length > budget.total) {
			finish({ kind: 'busy' });
		} else {
			size += chunk.length;
			budget.used += chunk.length;
			chunks.push(chunk);
		}
	}
	request.on('data', take);
	request.once('end', () => finish({ kind: 'ok', bytes: Buffer.concat(chunks) }));
	request.once('error', () => finish({ kind: 'aborted' }));
	request.once('close', () => finish({ kind: 'aborted' }));
	return promise;
}

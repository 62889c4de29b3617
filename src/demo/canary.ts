import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Canary {
	url: string;
	/** `METHOD PATH` of every request that reached it. */
	hits: string[];
	close(): Promise<void>;
}

/** A server that nothing may reach: whatever arrives here has got out of the sandbox. Binds 127.0.0.1 only. */
export async function startCanary(): Promise<Canary> {
	const hits: string[] = [];
	const server = createServer((request, response) => {
		hits.push(`${request.method} ${request.url}`);
		request.resume();
		response.end('tweet\n');
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		hits,
		close: () =>
			new Promise((resolve, reject) => {
				server.close((error) => (error === undefined ? resolve() : reject(error)));
				server.closeAllConnections();
			}),
	};
}

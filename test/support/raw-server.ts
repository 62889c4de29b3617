import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawServer {
	url: string;
	/** Every request's body, parsed. */
	readonly bodies: { [key: string]: unknown }[];
	readonly headers: IncomingHttpHeaders[];
}

/** An HTTP server that answers exactly the bytes that it is told; closed with the test. */
export async function startRawServer(answer: (response: ServerResponse) => void): Promise<RawServer> {
	const bodies: { [key: string]: unknown }[] = [];
	const headers: IncomingHttpHeaders[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			bodies.push(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
			headers.push(request.headers);
			answer(response);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, bodies, headers };
}

/** Server-sent events, each an object; with `event:` lines when the objects have a `type`. */
export function writeEvents(response: ServerResponse, events: object[]): void {
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	for (const event of events) {
		if ('type' in event) response.write(`event: ${String(event.type)}\n`);
		response.write(`data: ${JSON.stringify(event)}\n\n`);
	}
}

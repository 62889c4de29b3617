import { lookup } from 'node:dns/promises';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlockList, connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../ports/log.ts';

export interface AllowlistProxy {
	close(): Promise<void>;
}

export interface AllowlistProxyOptions {
	/** Path of the unix socket to listen on. */
	socket: string;
	/** `host` (ports 443 and 80) or `host:port`; `*.example.com` for all names below one. */
	allowed: readonly string[];
	/** `host:port` that the operator configured and that may be on a private address. */
	trusted: readonly string[];
	log: Log;
}

/** Addresses by which a public name could be made to lead into the operator's own network. */
const privateAddresses = new BlockList();
for (const [network, prefix] of [
	...([
		['0.0.0.0', 8],
		['10.0.0.0', 8],
		['100.64.0.0', 10],
		['127.0.0.0', 8],
		['169.254.0.0', 16],
	] as const),
	...([
		['172.16.0.0', 12],
		['192.0.0.0', 24],
		['192.168.0.0', 16],
		['198.18.0.0', 15],
		['224.0.0.0', 3],
	] as const),
]) {
	privateAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
	...([
		['::', 127],
		['64:ff9b::', 96],
		['fc00::', 7],
		['fe80::', 10],
		['ff00::', 8],
	] as const),
]) {
	privateAddresses.addSubnet(network, prefix, 'ipv6');
}

/**
 * An HTTP proxy on a unix socket that reaches the allowed hosts and nothing else. The name is resolved once, here, and the
 * address that was checked is the one that is connected to, so a name cannot change its mind in between.
 */
export async function startAllowlistProxy(options: AllowlistProxyOptions): Promise<AllowlistProxy> {
	const sockets = new Set<Duplex>();
	const server = createServer((request, response) => void forwardRequest(options, request, response));
	server.on('connection', (socket) => track(sockets, socket));
	server.on('connect', (request, socket, head) => {
		socket.on('error', () => socket.destroy());
		void tunnel(options, request.url ?? '', socket, head, sockets);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.socket, resolve);
	});
	return {
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
	sockets.add(socket);
	socket.once('close', () => sockets.delete(socket));
}

async function tunnel(
	options: AllowlistProxyOptions,
	target: string,
	socket: Duplex,
	head: Buffer,
	sockets: Set<Duplex>,
): Promise<void> {
	const route = await findRoute(options, target);
	if (route.kind === 'refused') {
		socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${route.reason}\n`);
		return;
	}
	const outside = connect(route.port, route.address);
	track(sockets, outside);
	outside.once('connect', () => {
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		outside.write(head);
		socket.pipe(outside).pipe(socket);
	});
	outside.once('error', () => socket.destroy());
	socket.once('close', () => outside.destroy());
	outside.once('close', () => socket.destroy());
}

async function forwardRequest(
	options: AllowlistProxyOptions,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const refuse = (status: number, reason: string) => {
		if (response.headersSent) return response.destroy();
		response.writeHead(status, { 'Content-Type': 'text/plain' });
		response.end(`${reason}\n`);
	};
	if (!URL.canParse(request.url ?? '')) return void refuse(400, 'a proxy request names a whole URL');
	const url = new URL(request.url ?? '');
	if (url.protocol !== 'http:') return void refuse(400, 'only http is forwarded; use CONNECT for the rest');
	const route = await findRoute(options, `${url.hostname}:${url.port || '80'}`);
	if (route.kind === 'refused') return void refuse(403, route.reason);
	const headers: Record<string, string | string[] | undefined> = { ...request.headers, host: url.host };
	delete headers['proxy-authorization'];
	delete headers['proxy-connection'];
	const path = url.pathname + url.search;
	const outside = forward({ host: route.address, port: route.port, method: request.method, path, headers });
	outside.once('response', (answer) => {
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	});
	outside.once('error', () => refuse(502, 'the host could not be reached'));
	request.once('error', () => outside.destroy());
	request.pipe(outside);
}

type Route = { kind: 'open'; address: string; port: number } | { kind: 'refused'; reason: string };

async function findRoute(options: AllowlistProxyOptions, target: string): Promise<Route> {
	const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i.exec(target);
	const host = (match?.[1] ?? '').toLowerCase().replace(/\.$/, '');
	const port = Number(match?.[2]);
	const refused = (reason: string): Route => {
		options.log.warn({ host, port, reason }, 'a sandboxed command was refused the network');
		return { kind: 'refused', reason };
	};
	if (match === null) return refused('the target is not host:port');
	if (!options.allowed.some((entry) => matches(entry, host, port))) {
		return refused(`${host}:${port} is not on the list of allowed hosts (network in .github/dark-factory.yml)`);
	}
	const bare = host.replace(/^\[|\]$/g, '');
	const addresses = isIP(bare) ? [{ address: bare }] : await lookup(bare, { all: true }).catch(() => []);
	const isTrusted = options.trusted.some((entry) => matches(entry, host, port));
	const usable = addresses.find(({ address }) => isTrusted || !isPrivate(address));
	if (usable !== undefined) return { kind: 'open', address: usable.address, port };
	return refused(addresses.length === 0 ? `${host} has no address` : `${host} leads to a private address`);
}

function matches(entry: string, host: string, port: number): boolean {
	const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
	if (wanted === undefined ? port !== 443 && port !== 80 : Number(wanted) !== port) return false;
	return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

function isPrivate(address: string): boolean {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	const plain = mapped ?? address;
	// A mapped address in hexadecimal is refused outright.
	if (/^::ffff:/i.test(plain)) return true;
	return privateAddresses.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

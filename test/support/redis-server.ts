import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { freePort } from './free-port.ts';
import { startServerProcess } from './server-process.ts';
import { isMissing } from './service.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface RedisServer {
	/** `redis://127.0.0.1:PORT` */
	url: string;
	port: number;
	stop(): Promise<void>;
}

const binary = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(
	existsSync,
);

/** For `describe.skipIf(redisMissing)`. In CI a missing server throws instead. */
export const redisMissing: boolean = isMissing('Redis', binary === undefined ? 'no redis-server is installed' : null);

/** A real Redis of its own on a private port, without persistence. Pass `port` to start again where one was stopped. */
export async function startRedis(options: { port?: number } = {}): Promise<RedisServer> {
	if (binary === undefined)
		throw new Error('redis-server is not installed: guard the test by describe.skipIf(redisMissing)');
	const port = options.port ?? (await freePort());
	const flags = {
		port,
		bind: '127.0.0.1',
		save: '',
		appendonly: 'no',
		dir: temporaryDirectory(),
		'maxmemory-policy': 'noeviction',
	};
	const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const server = await startServerProcess(binary, args, () => ping(port));
	return { url: `redis://127.0.0.1:${port}`, port, stop: server.stop };
}

function ping(port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
		socket.setEncoding('utf8');
		socket.once('data', (text: string) => {
			socket.destroy();
			if (text.startsWith('+PONG')) resolve();
			else reject(new Error(`Redis answered ${text}`));
		});
		socket.once('error', reject);
	});
}

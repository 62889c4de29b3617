import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

/**
 * Runs inside the sandbox: `node relay.ts PORT SOCKET COMMAND...`. Listens on the sandbox's own loopback, hands every connection to
 * the host's proxy through the socket, runs the command, and ends as it ends. It decides nothing: the proxy does.
 */
const [port, socket = '', file = '', ...args] = process.argv.slice(2);

const server = createServer((inside) => {
	const outside = connect(socket);
	inside.pipe(outside).pipe(inside);
	inside.on('error', () => outside.destroy());
	outside.on('error', () => inside.destroy());
	inside.on('close', () => outside.destroy());
	outside.on('close', () => inside.destroy());
});

server.listen(Number(port), '127.0.0.1', () => {
	const child = spawn(file, args, { stdio: 'inherit' });
	child.once('error', () => process.exit(127));
	child.once('exit', (code) => process.exit(code ?? 137));
});

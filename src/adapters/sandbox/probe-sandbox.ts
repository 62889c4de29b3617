import { randomBytes } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox, SandboxReport } from '../../ports/sandbox.ts';
import type { SandboxSettings } from './sandbox-settings.ts';

/** Tries from inside; prints one JSON object of what succeeded. Paths and ports come by environment. */
const attempt = `
const fs = require('node:fs'), net = require('node:net'), http = require('node:http');
const env = process.env, did = {};
const tried = (name, act) => { try { act(); did[name] = true } catch { did[name] = false } };
tried('writeInside', () => fs.writeFileSync('inside', 'x'));
tried('writeOutside', () => fs.writeFileSync(env.PROBE_OUTSIDE, 'x'));
tried('writeSystem', () => fs.writeFileSync('/usr/' + env.PROBE_NAME, 'x'));
tried('readSecret', () => fs.readFileSync(env.PROBE_SECRET));
tried('readThroughRoot', () => fs.readFileSync('/proc/1/root' + env.PROBE_SECRET));
tried('seeHost', () => fs.readFileSync('/proc/' + env.PROBE_PID + '/environ').toString().includes(env.PROBE_NAME) || (() => { throw 0 })());
const reach = (name, options) => new Promise((done) => {
  const socket = net.connect(options, () => { did[name] = true; socket.destroy(); done() });
  socket.on('error', () => { did[name] = false; done() });
  socket.setTimeout(2000, () => { did[name] = false; socket.destroy(); done() });
});
const loopback = () => new Promise((done) => {
  const server = http.createServer((q, r) => r.end()).listen(0, '127.0.0.1', () =>
    http.get({ port: server.address().port, host: '127.0.0.1' }, () => { did.loopback = true; server.close(); server.closeAllConnections(); done() })
      .on('error', () => { did.loopback = false; server.close(); done() }));
});
(async () => {
  await reach('connectOut', { port: Number(env.PROBE_PORT), host: '127.0.0.1' });
  await reach('unixSocket', { path: env.PROBE_SOCKET });
  await reach('abstractSocket', { path: '\\0' + env.PROBE_NAME });
  await loopback();
  console.log(JSON.stringify(did));
})();
`;

/** What must and must not succeed, and what it means. */
const expectations: readonly { key: string; what: string; expected: boolean }[] = [
	{ key: 'writeInside', what: 'write in its own directory', expected: true },
	{ key: 'loopback', what: 'use its own loopback network', expected: true },
	{ key: 'writeSystem', what: 'write to the system', expected: false },
	{ key: 'readSecret', what: 'read a secret planted in DATA_DIR', expected: false },
	{ key: 'readThroughRoot', what: 'read it through /proc/1/root', expected: false },
	{ key: 'seeHost', what: 'see processes of the host', expected: false },
	{ key: 'connectOut', what: 'connect to a port of the host', expected: false },
	{ key: 'unixSocket', what: 'connect to a unix socket of the host', expected: false },
	{ key: 'abstractSocket', what: 'connect to an abstract socket of the host', expected: false },
];

/**
 * Really tries, from inside, what a command must and must not be able to do, against things that were put up for it. A sandbox
 * that cannot start, or cannot run Node, fails with the reason.
 */
export async function probeSandbox(sandbox: Sandbox, settings: SandboxSettings): Promise<SandboxReport> {
	const name = `probe-${randomBytes(6).toString('hex')}`;
	const directory = join(settings.dataDirectory, name);
	const worktree = join(directory, 'worktree');
	// Socket paths are short (108 bytes), data directories need not be.
	const socketDirectory = join(tmpdir(), `factory-${name}`);
	const servers: Server[] = [];
	try {
		await mkdir(worktree, { recursive: true });
		await mkdir(socketDirectory);
		const secret = join(directory, 'secret');
		await writeFile(secret, name);
		const socket = join(socketDirectory, 's');
		const network = await listen({ port: 0, host: '127.0.0.1' });
		servers.push(network, await listen({ path: socket }));
		if (process.platform === 'linux') servers.push(await listen({ path: `\0${name}` }));
		const { port } = network.address() as AddressInfo;
		const result = await sandbox.run(
			{
				script: `node -e "$PROBE_SCRIPT"`,
				directory: worktree,
				writable: [],
				environment: {
					PROBE_SCRIPT: attempt,
					PROBE_NAME: name,
					PROBE_OUTSIDE: join(directory, 'outside'),
					PROBE_SECRET: secret,
					PROBE_PORT: String(port),
					PROBE_SOCKET: socket,
					PROBE_PID: String(process.pid),
				},
				network: 'none',
				timeoutMs: 20_000,
				outputLimit: 4096,
			},
			new AbortController().signal,
		);
		const findings = judge(Buffer.from(result.output).toString('utf8'));
		const escaped = await access(join(directory, 'outside')).then(
			() => true,
			() => false,
		);
		findings.push({
			what: 'leave nothing outside',
			ok: !escaped,
			detail: escaped ? 'a file appeared' : 'nothing appeared',
		});
		return { name: sandbox.name, findings, ok: findings.every((finding) => finding.ok) };
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		return { name: sandbox.name, findings: [{ what: 'start', ok: false, detail }], ok: false };
	} finally {
		for (const server of servers) server.close();
		await rm(directory, { recursive: true, force: true });
		await rm(socketDirectory, { recursive: true, force: true });
	}
}

function judge(output: string): SandboxReport['findings'] {
	const line = output.split('\n').find((text) => text.startsWith('{'));
	if (line === undefined) {
		return [{ what: 'run Node', ok: false, detail: output.trim().slice(0, 300) || 'no output' }];
	}
	const did = JSON.parse(line) as Record<string, unknown>;
	return expectations.map(({ key, what, expected }) => ({
		what: expected ? what : `not ${what}`,
		ok: did[key] === expected,
		detail: did[key] === true ? 'succeeded' : 'denied',
	}));
}

function listen(where: { port: number; host: string } | { path: string }): Promise<Server> {
	return new Promise((resolve, reject) => {
		const server = createServer((socket) => socket.end());
		server.once('error', reject);
		server.listen(where, () => resolve(server));
	});
}

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { isMissing } from './service.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface PostgresDatabase {
	/** `postgres://factory@127.0.0.1:PORT/NAME` */
	url: string;
	/** Drops the database; the last one stops the server. */
	stop(): Promise<void>;
}

const binaries = findBinaries();

/** For `describe.skipIf(postgresMissing)`. In CI a missing server throws instead. */
export const postgresMissing: boolean = isMissing(
	'PostgreSQL',
	binaries === null ? 'no initdb under /usr/lib/postgresql/*/bin' : null,
);

let server: Promise<{ process: ServerProcess; port: number }> | null = null;
let users = 0;
let made = 0;

/** A fresh empty database on a real server, which is started on a private port at the first call in a test file. */
export async function startPostgres(): Promise<PostgresDatabase> {
	if (binaries === null)
		throw new Error('PostgreSQL is not installed: guard the test by describe.skipIf(postgresMissing)');
	users++;
	server ??= startServer(binaries);
	const { port } = await server;
	const name = `factory_${++made}`;
	await administer(port, `create database ${name}`);
	let stopped = false;
	return {
		url: urlOf(port, name),
		async stop() {
			if (stopped) return;
			stopped = true;
			await administer(port, `drop database ${name} with (force)`);
			users--;
			if (users > 0) return;
			const last = await server;
			server = null;
			await last?.process.stop();
		},
	};
}

async function startServer(directory: string): Promise<{ process: ServerProcess; port: number }> {
	const port = await freePort();
	const root = temporaryDirectory();
	const data = join(root, 'data');
	mkdirSync(data, { mode: 0o700 });
	const user = unprivilegedUser();
	if (user.length > 0) {
		// PostgreSQL refuses to run as root (https://www.postgresql.org/docs/current/app-initdb.html).
		chmodSync(root, 0o755);
		execFileSync('chown', ['nobody', data]);
	}
	const [initdb, ...initdbArgs] = [
		...user,
		join(directory, 'initdb'),
		'-D',
		data,
		'-U',
		'factory',
		'-A',
		'trust',
		'-N',
		'-E',
		'UTF8',
		'--locale=C',
	];
	execFileSync(initdb ?? '', initdbArgs, { cwd: root, stdio: 'pipe' });
	const settings = {
		fsync: 'off',
		full_page_writes: 'off',
		listen_addresses: '127.0.0.1',
		port,
		unix_socket_directories: '',
		max_connections: 60,
	};
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const [postgres, ...args] = [...user, join(directory, 'postgres'), '-D', data, ...flags];
	const process = await startServerProcess(postgres ?? '', args, () => administer(port, 'select 1'));
	return { process, port };
}

/** Words that run the rest of a command as `nobody`, none when this process is not root. `setpriv` execs: signals arrive. */
function unprivilegedUser(): string[] {
	if (process.getuid?.() !== 0) return [];
	return ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', '--pdeathsig=KILL', '--'];
}

async function administer(port: number, statement: string): Promise<void> {
	const client = new Client({ connectionString: urlOf(port, 'postgres') });
	client.on('error', () => {});
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}

function urlOf(port: number, database: string): string {
	return `postgres://factory@127.0.0.1:${port}/${database}`;
}

function findBinaries(): string | null {
	const root = '/usr/lib/postgresql';
	if (!existsSync(root)) return null;
	const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
	return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHttpServer {
	/** `http://127.0.0.1:PORT`, without a slash at the end. */
	url: string;
	/** Stops listening and ends open connections. */
	close(): Promise<void>;
}

export interface GitHttpServerOptions {
	/** Directory of bare repositories: `OWNER/NAME.git`. */
	root: string;
	/** 0 picks a free one. */
	port?: number;
	/** Decides by the `Authorization` header (null when absent). Without this, everyone may read. */
	authorize?: (authorization: string | null, repository: string) => boolean;
	/** Brings the repository up to date before what it holds is listed. A failure is answered 500. */
	refresh?: (repository: string) => Promise<void>;
}

const requestPath = /^\/([A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/;

/**
 * Read-only smart HTTP for a directory of bare repositories, on 127.0.0.1, through git's own `http-backend`. Any commit that the
 * repository holds can be asked for, as on GitHub. Pushes, unknown paths and `..` are answered 404.
 */
export async function startGitHttpServer(options: GitHttpServerOptions): Promise<GitHttpServer> {
	const server = createServer((request, response) => serve(options, request, response));
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		close: () =>
			new Promise((resolve, reject) => {
				server.close((error) => (error === undefined ? resolve() : reject(error)));
				server.closeAllConnections();
			}),
	};
}

function serve(options: GitHttpServerOptions, request: IncomingMessage, response: ServerResponse): void {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	const match = requestPath.exec(url.pathname);
	const [repository, action] = [match?.[1], match?.[2]];
	if (repository === undefined || action === undefined || repository.split('/').some(isDots)) {
		refuse(response, 404, 'not found');
		return;
	}
	if (action === 'info/refs' && url.searchParams.get('service') !== 'git-upload-pack') {
		refuse(response, 404, 'not found');
		return;
	}
	if (options.authorize !== undefined && !options.authorize(request.headers.authorization ?? null, repository)) {
		response.setHeader('WWW-Authenticate', 'Basic realm="git"');
		refuse(response, 401, 'authorization needed');
		return;
	}
	const run = () => runBackend(options.root, `/${repository}.git/${action}`, url.search.slice(1), request, response);
	if (action !== 'info/refs' || options.refresh === undefined) {
		run();
		return;
	}
	options.refresh(repository).then(run, (error: unknown) => refuse(response, 500, String(error)));
}

function isDots(segment: string): boolean {
	return /^\.+$/.test(segment);
}

function refuse(response: ServerResponse, status: number, message: string): void {
	response.statusCode = status;
	response.setHeader('Content-Type', 'text/plain');
	response.end(`${message}\n`);
}

/** CGI (RFC 3875) as `git help http-backend` documents it. */
function runBackend(
	root: string,
	pathInfo: string,
	query: string,
	request: IncomingMessage,
	response: ServerResponse,
): void {
	const header = (name: string) => String(request.headers[name] ?? '');
	const backend = spawn('git', ['http-backend'], {
		stdio: ['pipe', 'pipe', 'ignore'],
		env: {
			PATH: process.env.PATH ?? '',
			GIT_PROJECT_ROOT: root,
			GIT_HTTP_EXPORT_ALL: '1',
			GIT_CONFIG_NOSYSTEM: '1',
			GIT_CONFIG_GLOBAL: '/dev/null',
			GIT_CONFIG_COUNT: '2',
			GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant',
			GIT_CONFIG_VALUE_0: 'true',
			GIT_CONFIG_KEY_1: 'safe.directory',
			GIT_CONFIG_VALUE_1: '*',
			PATH_INFO: pathInfo,
			QUERY_STRING: query,
			REQUEST_METHOD: request.method ?? 'GET',
			CONTENT_TYPE: header('content-type'),
			HTTP_CONTENT_ENCODING: header('content-encoding'),
			GIT_PROTOCOL: header('git-protocol'),
			REMOTE_ADDR: '127.0.0.1',
		},
	});
	backend.once('error', () => refuse(response, 500, 'git could not be started'));
	backend.stdin.on('error', () => {});
	request.pipe(backend.stdin);
	response.once('close', () => backend.kill());
	let head = Buffer.alloc(0);
	let headSent = false;
	backend.stdout.on('data', (chunk: Buffer) => {
		if (headSent) {
			response.write(chunk);
			return;
		}
		head = Buffer.concat([head, chunk]);
		const end = head.indexOf('\r\n\r\n');
		if (end < 0) return;
		headSent = true;
		for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
			const [name = '', value = ''] = line.split(/:\s*/, 2);
			if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
			else response.setHeader(name, value);
		}
		response.write(head.subarray(end + 4));
	});
	backend.stdout.once('end', () => (headSent ? response.end() : refuse(response, 500, 'git gave no answer')));
}

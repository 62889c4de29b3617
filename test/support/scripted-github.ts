import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { githubForges } from '../../src/adapters/github/github-forges.ts';
import type { Forges } from '../../src/ports/forge.ts';
import { silentLog } from './silent-log.ts';

export interface ScriptedReply {
	status: number;
	body?: unknown;
	headers?: Record<string, string>;
}

export interface ScriptedGitHub {
	url: string;
	forges: Forges;
	/** Every request but those for tokens and for the App itself, in order. */
	received: { method: string; path: string; authorization: string | undefined; body: string }[];
	/** What is answered to `METHOD /path`; without one: 501. */
	replies: Map<string, ScriptedReply>;
	/** What is answered to a request for a token; null: a token. */
	tokenReply: ScriptedReply | null;
	close(): Promise<void>;
}

export const installationToken = `ghs_4711_eyJ${'h'.repeat(60)}.${'p'.repeat(30)}Qm7xTz4Lw9Kd2Vb6Nc8Rf.Zy3Xw5Vu7Ts9Rq1Po2Nm4Lk6`;

const { privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
	publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** An HTTP server that answers as a test says, and the real GitHub adapter over it: for what an emulated GitHub cannot be made to do. */
export async function startScriptedGitHub(onToken?: (token: string) => void): Promise<ScriptedGitHub> {
	const received: ScriptedGitHub['received'] = [];
	const replies = new Map<string, ScriptedReply>();
	const app = { id: 4711, slug: 'dark-factory', name: 'F', html_url: 'h', permissions: {}, events: [] };
	const answer = (method: string, path: string): ScriptedReply => {
		if (path === '/app') return { status: 200, body: app };
		if (!path.endsWith('/access_tokens')) return replies.get(`${method} ${path}`) ?? { status: 501 };
		const expires_at = new Date(Date.now() + 3_600_000).toISOString();
		return github.tokenReply ?? { status: 201, body: { token: installationToken, expires_at } };
	};
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(Buffer.from(chunk));
		const { method = '', url: path = '' } = request;
		if (path !== '/app' && !path.endsWith('/access_tokens')) {
			const body = Buffer.concat(chunks).toString('utf8');
			received.push({ method, path, authorization: request.headers.authorization, body });
		}
		const { status, body, headers } = answer(method, path);
		response.writeHead(status, { 'content-type': 'application/json', ...headers });
		response.end(JSON.stringify(body ?? { message: `nothing is scripted for ${method} ${path}` }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const forges = githubForges({
		app: { id: 4711, privateKey },
		apiUrl: url,
		serverUrl: url,
		log: silentLog,
		now: () => Date.now(),
		pacing: 'none',
		...(onToken === undefined ? {} : { onToken }),
	});
	const github: ScriptedGitHub = {
		url,
		forges,
		received,
		replies,
		tokenReply: null,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return github;
}

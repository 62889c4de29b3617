import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { appManifest } from './app-manifest.ts';
import { reserveCredentialFiles } from './credential-files.ts';

export interface SetupOptions {
	/** `GITHUB_API_URL` and `GITHUB_SERVER_URL`, without a slash at the end. */
	apiUrl: string;
	serverUrl: string;
	/** Public address under which GitHub will reach the factory. */
	webhookUrl: string;
	/** Null registers the App for the person's own account. */
	organization: string | null;
	name: string | null;
	/** Text of `app.yml`. */
	appYml: string;
	/** Where `.env` and the key are written. */
	directory: string;
	/** Port on 127.0.0.1 for the browser; 0 picks one. */
	port: number;
	/** An unguessable text: GitHub gives it back, and nobody else knows it. */
	state: string;
	/** Shows a line to the person. */
	say(line: string): void;
	/** Opens a browser, where there is one. */
	open(url: string): Promise<void>;
	signal: AbortSignal;
}

export type SetupResult =
	| { kind: 'created'; id: number; slug: string; environmentFile: string; keyFile: string; installUrl: string }
	| { kind: 'refused'; reason: string };

const Conversion = z.object({
	id: z.number(),
	slug: z.string(),
	html_url: z.string(),
	pem: z.string().includes('PRIVATE KEY'),
	webhook_secret: z.string().min(1),
});
type Conversion = z.infer<typeof Conversion>;

/**
 * Registers the App through GitHub's manifest flow: a page on this machine sends the manifest, the person confirms on GitHub, GitHub
 * sends the browser back with a code, and the code is exchanged for id, key and webhook secret, which go into files readable by the
 * owner only. Existing files are never touched. Ends with the first valid code, a failed exchange, or the signal.
 */
export async function setup(options: SetupOptions): Promise<SetupResult> {
	if (!/^[\w-]{16,}$/.test(options.state)) throw new Error('the state must be at least 16 letters and digits');
	const files = await reserveCredentialFiles(options.directory);
	if ('exists' in files) {
		const way = 'Move it away, or choose another directory with --directory.';
		return { kind: 'refused', reason: `${files.exists} already exists and is not overwritten. ${way}` };
	}
	try {
		const code = await askForCode(options);
		const app = typeof code === 'string' ? await convert(options.apiUrl, code) : code;
		if ('reason' in app) {
			await files.abandon();
			return { kind: 'refused', reason: app.reason };
		}
		const { id, slug, pem, webhook_secret: webhookSecret } = app;
		await files.write({ id, pem, webhookSecret, apiUrl: options.apiUrl, serverUrl: options.serverUrl });
		const installUrl = `${app.html_url}/installations/new`;
		options.say(
			`The App ${slug} (${id}) is registered. Its id and webhook secret are in ${files.environment}, its key in`,
		);
		options.say(`${files.key}, both readable by you only. Next:`);
		options.say(`  1. install it on repositories: ${installUrl}`);
		options.say('  2. put a provider key into .env, for example ANTHROPIC_API_KEY');
		options.say('  3. dark-factory doctor, then dark-factory start');
		return { kind: 'created', id, slug, environmentFile: files.environment, keyFile: files.key, installUrl };
	} catch (error) {
		await files.abandon().catch(() => undefined);
		throw error;
	}
}

/** Serves the page and waits for GitHub to send the browser back. */
async function askForCode(options: SetupOptions): Promise<string | { reason: string }> {
	const { signal, state, say } = options;
	const stopped = { reason: 'stopped before GitHub answered; nothing was written' };
	if (signal.aborted) return stopped;
	const answered = Promise.withResolvers<string | { reason: string }>();
	const server = createServer((request, response) => {
		const code = serve(options, address(server), request, response);
		if (code !== null) answered.resolve(code);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port, '127.0.0.1', resolve);
	});
	const stop = () => answered.resolve(stopped);
	signal.addEventListener('abort', stop);
	try {
		const url = `http://${address(server)}/?state=${state}`;
		say(`Open this page to register the App: ${url}`);
		await options.open(url).catch(() => undefined);
		return await answered.promise;
	} finally {
		signal.removeEventListener('abort', stop);
		await new Promise((resolve) => {
			server.close(resolve);
			server.closeIdleConnections();
		});
	}
}

/** Answers one request; the code when it is GitHub's answer. */
function serve(options: SetupOptions, own: string, request: IncomingMessage, response: ServerResponse): string | null {
	// A page elsewhere could otherwise reach us through a name that it lets point to 127.0.0.1.
	if (request.headers.host !== own) return answer(response, 403, 'This page is only for this machine.');
	const url = new URL(request.url ?? '/', `http://${own}`);
	if (request.method !== 'GET' || !['/', '/callback'].includes(url.pathname)) {
		return answer(response, 404, 'There is no such page.');
	}
	if (!isSame(url.searchParams.get('state') ?? '', options.state)) {
		return answer(response, 400, 'This answer does not belong to this setup. Use the link that was printed.');
	}
	if (url.pathname === '/') return answer(response, 200, form(options, own));
	const code = url.searchParams.get('code') ?? '';
	if (!/^[\w-]{1,200}$/.test(code))
		return answer(response, 400, 'GitHub sent no code. Try again with the printed link.');
	answer(response, 200, 'The App is registered. You can close this page and go back to the terminal.');
	return code;
}

function form({ appYml, webhookUrl, serverUrl, organization, name, state }: SetupOptions, own: string): string {
	const manifest = appManifest(appYml, { webhookUrl, name, redirectUrl: `http://${own}/callback` });
	const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`;
	const action = `${serverUrl}${owner}/settings/apps/new?state=${state}`;
	return `<form action="${escapeHtml(action)}" method="post">
<input type="hidden" name="manifest" value="${escapeHtml(JSON.stringify(manifest))}">
<button>Register the App on ${escapeHtml(new URL(serverUrl).host)}</button>
</form>`;
}

function answer(response: ServerResponse, status: number, body: string): null {
	response.writeHead(status, {
		'content-type': 'text/html; charset=utf-8',
		'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
		'cache-control': 'no-store',
		// The address holds the state.
		'referrer-policy': 'no-referrer',
		connection: 'close',
	});
	response.end(`<!doctype html><html lang="en"><title>Dark Factory</title><h1>Dark Factory</h1>${body}</html>`);
	return null;
}

async function convert(apiUrl: string, code: string): Promise<Conversion | { reason: string }> {
	const response = await fetch(`${apiUrl}/app-manifests/${code}/conversions`, {
		method: 'POST',
		headers: { accept: 'application/vnd.github+json', 'user-agent': 'dark-factory' },
		signal: AbortSignal.timeout(30_000),
	});
	if (response.status !== 201) {
		const reason = `GitHub answered ${response.status} to the code; codes can be used once, within an hour. Start again.`;
		return { reason };
	}
	const app = Conversion.safeParse(await response.json());
	if (app.success) return app.data;
	const fields = app.error.issues.map((issue) => issue.path.join('.')).join(', ');
	return { reason: `GitHub's answer lacks ${fields}; delete the App in its settings and start again` };
}

function address(server: ReturnType<typeof createServer>): string {
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

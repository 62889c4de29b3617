import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SetupOptions, setup } from '../../src/cli/setup.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pem = '-----BEGIN RSA PRIVATE KEY-----\nsecret\n-----END RSA PRIVATE KEY-----\n';
const state = 'an-unguessable-state';
const appYml = await readFile(new URL('../../app.yml', import.meta.url), 'utf8');

let github: Server;
let apiUrl: string;
let exchanged: string[];
let conversion: { status: number; body: object };

beforeEach(async () => {
	exchanged = [];
	conversion = {
		status: 201,
		body: {
			id: 42,
			slug: 'my-factory',
			html_url: 'https://github.test/apps/my-factory',
			pem,
			webhook_secret: 'hook-secret',
		},
	};
	github = createServer((incoming, response) => {
		exchanged.push(`${incoming.method} ${incoming.url}`);
		response.writeHead(conversion.status, { 'content-type': 'application/json' }).end(JSON.stringify(conversion.body));
	});
	await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
	apiUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((resolve) => github.close(resolve)));

function options(open: SetupOptions['open'], change: Partial<SetupOptions> = {}): SetupOptions & { said: string[] } {
	const said: string[] = [];
	return {
		apiUrl,
		serverUrl: 'https://github.test',
		webhookUrl: 'https://factory.test',
		organization: null,
		name: null,
		appYml,
		directory: temporaryDirectory(),
		port: 0,
		state,
		say: (line) => said.push(line),
		open,
		signal: new AbortController().signal,
		said,
		...change,
	};
}

/** What a person does: opens the page, confirms, and is sent back with the code. */
async function confirm(url: string): Promise<void> {
	const page = await (await fetch(url)).text();
	expect(page).toContain('method="post"');
	await fetch(new URL(`/callback?code=abc123&state=${state}`, url));
}

describe('setup', () => {
	test('stores what GitHub returns, readable by the owner only', async () => {
		const given = options(confirm);
		const result = await setup(given);
		expect(result).toMatchObject({ kind: 'created', id: 42, slug: 'my-factory' });
		expect(exchanged).toEqual(['POST /app-manifests/abc123/conversions']);
		const key = join(given.directory, 'dark-factory.private-key.pem');
		const environment = join(given.directory, '.env');
		expect(await readFile(key, 'utf8')).toBe(pem);
		expect(await readFile(environment, 'utf8')).toBe(
			`APP_ID=42\nPRIVATE_KEY_PATH=${key}\nWEBHOOK_SECRET=hook-secret\nGITHUB_API_URL=${apiUrl}\nGITHUB_SERVER_URL=https://github.test\n`,
		);
		for (const file of [key, environment]) expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect(given.said.join('\n')).not.toMatch(/hook-secret|BEGIN/);
		expect(given.said.join('\n')).toContain('https://github.test/apps/my-factory/installations/new');
	});

	test('sends a manifest with the least permissions to the organization', async () => {
		let page = '';
		const look = async (url: string) => {
			page = await (await fetch(url)).text();
			await confirm(url);
		};
		await setup(options(look, { organization: 'my-org', name: 'Ours' }));
		expect(page).toContain(`action="https://github.test/organizations/my-org/settings/apps/new?state=${state}"`);
		const value = /name="manifest" value="([^"]*)"/.exec(page)?.[1] ?? '';
		const manifest = JSON.parse(value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))));
		expect(manifest).toMatchObject({
			name: 'Ours',
			url: 'https://factory.test',
			hook_attributes: { url: 'https://factory.test/api/github/webhooks', active: true },
			redirect_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
			default_permissions: { contents: 'write', metadata: 'read' },
		});
		expect(manifest.default_permissions).not.toHaveProperty('workflows');
		expect(manifest.default_events).toContain('merge_group');
	});

	test.each(['.env', 'dark-factory.private-key.pem'])('does not overwrite %s', async (name) => {
		const given = options(confirm);
		await writeFile(join(given.directory, name), 'precious');
		expect(await setup(given)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(name) });
		expect(await readFile(join(given.directory, name), 'utf8')).toBe('precious');
		expect(exchanged).toEqual([]);
	});

	test('leaves nothing behind when GitHub refuses the code', async () => {
		conversion = { status: 404, body: { message: 'Not Found' } };
		const given = options(confirm);
		expect(await setup(given)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('404') });
		await expect(stat(join(given.directory, '.env'))).rejects.toThrow('ENOENT');
	});

	test('stops when it is told to, and leaves nothing behind', async () => {
		const controller = new AbortController();
		const given = options(async () => controller.abort(), { signal: controller.signal });
		expect(await setup(given)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('stopped') });
		await expect(stat(join(given.directory, '.env'))).rejects.toThrow('ENOENT');
	});
});

describe('attacks on setup', () => {
	test('a code with a foreign state, or none, is not exchanged', async () => {
		const attack = async (url: string) => {
			for (const foreign of ['', '&state=', '&state=another-unguessable']) {
				expect((await fetch(new URL(`/callback?code=evil${foreign}`, url))).status).toBe(400);
			}
			expect(exchanged).toEqual([]);
			await confirm(url);
		};
		expect(await setup(options(attack))).toMatchObject({ kind: 'created' });
	});

	test('a page that reaches this machine under a name of its own is refused', async () => {
		const attack = async (url: string) => {
			const status = await new Promise((resolve, reject) => {
				const call = request(url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode));
				call.on('error', reject).end();
			});
			expect(status).toBe(403);
			await confirm(url);
		};
		expect(await setup(options(attack))).toMatchObject({ kind: 'created' });
	});

	test('a code cannot lead to another address of the API', async () => {
		const attack = async (url: string) => {
			const code = encodeURIComponent('../../user');
			expect((await fetch(new URL(`/callback?code=${code}&state=${state}`, url))).status).toBe(400);
			await confirm(url);
		};
		await setup(options(attack));
		expect(exchanged).toEqual(['POST /app-manifests/abc123/conversions']);
	});
});

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readBundledTexts } from '../../src/bundled.ts';
import { neededRights } from '../../src/cli/app-manifest.ts';
import { doctor } from '../../src/cli/doctor.ts';
import type { Finding } from '../../src/cli/finding.ts';
import { createFactory } from '../../src/factory.ts';
import { readSettings } from '../../src/settings.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { textOutput } from '../support/text-output.ts';

const { privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const needed = neededRights(readBundledTexts().app);

/** What GitHub says of the App, by path. */
const healthy: Record<string, unknown> = {
	'/app': { id: 7, slug: 'ours', name: 'Ours', html_url: 'https://github.example/apps/ours', ...needed },
	'/app/installations': [{ id: 1, account: { login: 'acme' }, suspended_at: null, permissions: {} }],
	'/app/hook/config': { url: 'https://factory.example/api/github/webhooks' },
	'/app/hook/deliveries': [
		{ status_code: 202, delivered_at: 'now' },
		{ status_code: 202, delivered_at: 'now' },
	],
};

const open: { close(): unknown }[] = [];
afterEach(() => {
	for (const server of open.splice(0)) server.close();
});

/** Examines a factory whose GitHub answers this, at this time of its own. Gives the exit code and the findings by what they are of. */
async function examine(answers: Record<string, unknown>, theirTime = new Date()) {
	const server = createServer((request, response) => {
		const body = answers[(request.url ?? '').replace(/\?.*/, '')];
		response.setHeader('date', theirTime.toUTCString());
		response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(body ?? { message: 'Not Found' }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	open.push(server);
	const environment = {
		PATH: process.env.PATH,
		HOME: process.env.HOME,
		DATA_DIR: join(temporaryDirectory(), 'data'),
		GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		APP_ID: '7',
		PRIVATE_KEY: privateKey,
		WEBHOOK_SECRET: 'a-secret-that-is-long-enough',
		ANTHROPIC_API_KEY: 'sk-ant-test',
		LOG_LEVEL: 'silent',
	};
	const factory = await createFactory(readSettings(environment, 'app'), environment);
	const output = textOutput('json');
	try {
		const code = await doctor(factory, 'without-calls', output);
		const findings: Finding[] = JSON.parse(output.result()).findings;
		return { code, of: (what: string) => findings.find((finding) => finding.what === what) };
	} finally {
		await factory.close();
	}
}

describe('doctor', () => {
	it('finds nothing wrong with an App that has what it needs', async () => {
		const { code, of } = await examine(healthy);
		expect(of('GitHub App')).toMatchObject({ state: 'ok', detail: expect.stringContaining('ours') });
		expect(of('App permissions')).toMatchObject({ state: 'ok' });
		expect(of('installations')).toMatchObject({ state: 'ok', detail: 'acme' });
		expect(of('webhook')).toMatchObject({ state: 'ok', detail: expect.stringContaining('2 of the last 2') });
		expect(of('clock')).toMatchObject({ state: 'ok' });
		expect(code).toBe(0);
	});

	it('names permissions that are lacking, and one that should not be there', async () => {
		const app = { ...(healthy['/app'] as object), permissions: { ...needed.permissions, checks: 'read' } };
		const lacking = await examine({ ...healthy, '/app': app });
		expect(lacking.of('App permissions')).toMatchObject({ state: 'broken', detail: 'lacks checks: write' });
		expect(lacking.code).toBe(1);
		const generous = { ...app, permissions: { ...needed.permissions, workflows: 'write' } };
		expect((await examine({ ...healthy, '/app': generous })).of('App permissions')).toMatchObject({
			state: 'warning',
			detail: expect.stringContaining('workflows is not needed'),
		});
	});

	it('counts deliveries that did not arrive, and says where an App is suspended', async () => {
		const { of } = await examine({
			...healthy,
			'/app/hook/deliveries': [{ status_code: 202 }, { status_code: 502 }, { status_code: 0 }],
			'/app/installations': [{ id: 1, account: { login: 'acme' }, suspended_at: 'yesterday', permissions: {} }],
		});
		expect(of('webhook')).toMatchObject({ state: 'warning', detail: expect.stringContaining('1 of the last 3') });
		expect(of('installations')).toMatchObject({ state: 'warning', detail: 'acme (suspended)' });
	});

	it('finds a clock that is wrong, and a key that belongs to no App, with the way out', async () => {
		const { of } = await examine({}, new Date(Date.now() - 10 * 60_000));
		expect(of('clock')).toMatchObject({ state: 'broken', fix: expect.stringContaining('NTP') });
		expect(of('GitHub App')).toMatchObject({ state: 'broken', fix: expect.stringContaining('APP_ID') });
	});
});

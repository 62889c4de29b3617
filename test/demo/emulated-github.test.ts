import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { githubForges } from '../../src/adapters/github/github-forges.ts';
import {
	type EmulatedGitHub,
	type EmulatedGitHubOptions,
	startEmulatedGitHub,
} from '../../src/demo/emulated-github.ts';
import { silentLog } from '../support/silent-log.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function start(options: EmulatedGitHubOptions): Promise<EmulatedGitHub> {
	const github = await startEmulatedGitHub(options);
	closing.push(github.close);
	return github;
}

function forgesOf({ app, url }: EmulatedGitHub) {
	return githubForges({ app, apiUrl: url, serverUrl: url, log: silentLog, now: Date.now });
}

test('delivers every event signed, each with an id of its own', async () => {
	const received: { headers: IncomingHttpHeaders; body: string }[] = [];
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		received.push({ headers: request.headers, body });
		response.end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	closing.push(() => new Promise((resolve) => server.close(resolve)));
	const github = await start({ files: { 'a.txt': 'a' } });
	github.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`);
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const titles = ['one', 'two', 'three', 'four', 'five'];
	await Promise.all(titles.map((title) => github.maintainer.rest.issues.create({ ...at, title })));
	await github.settled();

	expect(received.length).toBeGreaterThanOrEqual(titles.length);
	expect(new Set(received.map(({ headers }) => headers['x-github-delivery'])).size).toBe(received.length);
	for (const { headers, body } of received) {
		const expected = createHmac('sha256', github.app.webhookSecret).update(body).digest('hex');
		expect(headers['x-hub-signature-256']).toBe(`sha256=${expected}`);
		expect(JSON.parse(body)).toMatchObject({ installation: { id: github.installation } });
	}
});

test('the App knows itself and its installations, and finds the one of a repository', async () => {
	const github = await start({ files: { 'a.txt': 'a' } });
	const forges = forgesOf(github);
	expect(await forges.identity()).toMatchObject({ id: github.app.id, login: 'dark-factory[bot]' });
	expect(await forges.installations()).toMatchObject([{ id: github.installation, account: 'acme', suspended: false }]);
	const forge = await forges.open(github.repository, null);
	expect(await forge.branchSha('main')).toBe(github.baseSha);
	const elsewhere = forges.open({ owner: 'acme', name: 'nowhere' }, null);
	await expect(elsewhere).rejects.toMatchObject({ kind: 'permanent' });
});

test('an empty repository has no default branch', async () => {
	const github = await start({});
	const forge = await forgesOf(github).open(github.repository, github.installation);
	expect(await forge.defaultBranch()).toBeNull();
});

test('a permission that the installation lacks is a permanent fault', async () => {
	const github = await start({ files: { 'a.txt': 'a' }, withoutPermissions: ['issues'] });
	const forge = await forgesOf(github).open(github.repository, github.installation);
	await expect(forge.createComment(1, 'text')).rejects.toMatchObject({ kind: 'permanent' });
});

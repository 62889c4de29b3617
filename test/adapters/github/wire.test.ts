import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { githubForges } from '../../../src/adapters/github/github-forges.ts';
import { Fault } from '../../../src/core/fault.ts';
import { silentLog } from '../../support/silent-log.ts';

const { privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
	publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const repository = { owner: 'acme', name: 'widgets' };
/** The kind that GitHub gives out since 2026: long, with dots. */
const longToken = `ghs_4711_eyJ${'a'.repeat(250)}.${'b'.repeat(252)}.cdefgh`;

interface Reply {
	status: number;
	body: unknown;
	headers: Record<string, string>;
}

let now = 0;
let server: Server;
let api = '';
let minted: unknown[] = [];
let received: { route: string; headers: IncomingHttpHeaders; body: unknown }[] = [];
/** By route, in order; the last one stays. Null breaks the connection. */
let replies: Map<string, (Reply | null)[]>;

function answer(route: string, status: number, body: unknown = {}, headers: Record<string, string> = {}): void {
	replies.set(route, [...(replies.get(route) ?? []), { status, body, headers }]);
}

beforeEach(async () => {
	now = Date.now();
	minted = [];
	received = [];
	replies = new Map();
	server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString();
		const body: unknown = text === '' ? null : JSON.parse(text);
		const route = `${request.method} ${request.url}`;
		if (route.endsWith('/access_tokens')) minted.push(body);
		else received.push({ route, headers: request.headers, body });
		const queue = replies.get(route) ?? [];
		const reply = queue.length > 1 ? queue.shift() : queue[0];
		if (reply === null) request.socket.destroy();
		else {
			response.writeHead(reply?.status ?? 501, { 'content-type': 'application/json', ...reply?.headers });
			response.end(JSON.stringify(reply?.body ?? { message: `nothing is scripted for ${route}` }));
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

async function openForge() {
	answer('GET /app', 200, { id: 4711, slug: 'dark-factory', name: 'F', html_url: 'h', permissions: {}, events: [] });
	const token = { token: longToken, expires_at: new Date(now + 3_600_000).toISOString() };
	answer('POST /app/installations/815/access_tokens', 201, token);
	answer('POST /app/installations/815/access_tokens', 201, {
		...token,
		expires_at: new Date(now + 7_200_000).toISOString(),
	});
	const forges = githubForges({
		app: { id: 4711, privateKey },
		apiUrl: api,
		serverUrl: 'https://github.test',
		log: silentLog,
		now: () => now,
		pacing: 'none',
	});
	return await forges.open(repository, 815);
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
	const error = await promise.then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof Fault)) throw new Error(`not a fault: ${String(error)}`);
	return error;
}

const comments = 'POST /repos/acme/widgets/issues/1/comments';

describe('tokens', () => {
	test('are for one repository and one use, long ones too, and are minted again only shortly before they expire', async () => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/issues/1', 404);
		await forge.issue(1);
		now += 54 * 60_000;
		await forge.issue(1);
		expect(minted).toHaveLength(1);
		now += 60_000;
		await forge.issue(1);
		expect(minted).toHaveLength(2);
		expect(received.at(-1)?.headers.authorization).toBe(`token ${longToken}`);
		expect(minted[0]).toMatchObject({ repositories: ['widgets'] });
		expect(JSON.stringify(minted)).not.toContain('write');
	});

	test('for git may read contents and nothing else', async () => {
		const forge = await openForge();
		const remote = await forge.remote();
		expect(remote.url).toBe('https://github.test/acme/widgets.git');
		const basic = Buffer.from(remote.authorization?.replace(/^basic /, '') ?? '', 'base64').toString();
		expect(basic).toBe(`x-access-token:${longToken}`);
		expect(minted).toEqual([{ permissions: { contents: 'read' }, repositories: ['widgets'] }]);
	});

	test('that GitHub no longer accepts are replaced once', async () => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/issues/1', 401, { message: 'Bad credentials' });
		answer('GET /repos/acme/widgets/issues/1', 404);
		expect(await forge.issue(1)).toBeNull();
		expect(minted).toHaveLength(2);
	});

	test('are in no error, even when GitHub repeats them', async () => {
		const forge = await openForge();
		answer(comments, 422, { message: `bad ${longToken} and ghp_${'x'.repeat(36)}` });
		const fault = await faultOf(forge.createComment(1, 'text'));
		const everything = `${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${String(fault.cause)}`;
		expect(everything).not.toMatch(/ghs_|ghp_|eyJ/);
		expect(fault.message).toContain('[token]');
	});
});

describe('faults', () => {
	test('a create that was answered 502 is sent once: only its effect may look whether it happened', async () => {
		const forge = await openForge();
		answer(comments, 502, { message: 'Server Error' });
		expect(await faultOf(forge.createComment(1, 'text'))).toMatchObject({ kind: 'transient' });
		expect(received.filter(({ route }) => route === comments)).toHaveLength(1);
	});

	test.each([
		[
			'a secondary limit with a time',
			403,
			{ message: 'You have exceeded a secondary rate limit.' },
			{ 'retry-after': '60' },
			60_000,
		],
		['a secondary limit without a time', 403, { message: 'You have exceeded a secondary rate limit.' }, {}, 60_000],
		['429', 429, { message: 'Too many' }, { 'retry-after': '7' }, 7_000],
	])('%s delays, without waiting in the worker', async (_name, status, body, headers, delay) => {
		const forge = await openForge();
		answer(comments, status, body, headers);
		expect(await faultOf(forge.createComment(1, 'text'))).toMatchObject({ kind: 'delayed', retryAfterMs: delay });
	});

	test('an exhausted primary limit delays until its reset', async () => {
		const forge = await openForge();
		const reset = Math.floor(now / 1000) + 1800;
		const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
		answer('GET /repos/acme/widgets/issues/1', 403, { message: 'API rate limit exceeded' }, headers);
		const fault = await faultOf(forge.issue(1));
		expect(fault.kind).toBe('delayed');
		expect(fault.retryAfterMs).toBe(reset * 1000 - now + 1000);
	});

	test('after a limit nothing is sent until its time is over, by whichever road', async () => {
		const forge = await openForge();
		answer(comments, 429, { message: 'Too many' }, { 'retry-after': '60' });
		answer('GET /repos/acme/widgets/issues/1', 404);
		await faultOf(forge.createComment(1, 'text'));
		now += 20_000;
		expect(await faultOf(forge.issue(1))).toMatchObject({ kind: 'delayed', retryAfterMs: 40_000 });
		expect(received.filter(({ route }) => route !== 'GET /app')).toHaveLength(1);
		now += 40_000;
		expect(await forge.issue(1)).toBeNull();
	});

	test('a missing permission is permanent and named', async () => {
		const forge = await openForge();
		const headers = { 'x-accepted-github-permissions': 'issues=write' };
		answer(comments, 403, { message: 'Resource not accessible by integration' }, headers);
		const fault = await faultOf(forge.createComment(1, 'text'));
		expect(fault).toMatchObject({ kind: 'permanent', message: expect.stringContaining('issues=write') });
	});

	test('a suspended installation is permanent', async () => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/issues/1', 403, { message: 'This installation has been suspended' });
		expect(await faultOf(forge.issue(1))).toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('suspended'),
		});
	});

	test('a broken connection is transient', async () => {
		const forge = await openForge();
		replies.set('GET /repos/acme/widgets/issues/1', [null]);
		expect(await faultOf(forge.issue(1))).toMatchObject({ kind: 'transient' });
	});

	test('the hourly budget delays what GitHub would punish', async () => {
		const forge = await openForge();
		const comment = { id: 1, body: '', created_at: '', updated_at: '', html_url: '', user: null };
		answer(comments, 201, comment);
		for (let i = 0; i < 80; i++) await forge.createComment(1, 'text');
		expect(await faultOf(forge.createComment(1, 'text'))).toMatchObject({ kind: 'delayed', retryAfterMs: 60_000 });
	});
});

describe('what only GitHub has', () => {
	test.each([
		['triage', 'read', 'triage'],
		['maintain', 'write', 'maintain'],
		['our-own-role', 'write', 'write'],
		['our-own-role', 'strange', 'none'],
	])('role %s over permission %s is %s', async (role_name, permission, expected) => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/collaborators/ada/permission', 200, {
			permission,
			role_name,
			user: { login: 'Ada' },
		});
		expect(await forge.permissionOf('ada')).toBe(expected);
	});

	test('asking for a permission fails closed', async () => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/collaborators/ada/permission', 500, { message: 'oops' });
		expect(await faultOf(forge.permissionOf('ada'))).toMatchObject({ kind: 'transient' });
	});

	test('which App a bot is, is asked with the token of the installation, which alone is shown private Apps', async () => {
		const forge = await openForge();
		answer('GET /apps/helper-app', 200, { id: 42, slug: 'helper-app' });
		answer('GET /apps/gone', 404, { message: 'Not Found' });
		answer('GET /apps/ill', 502, { message: 'Bad gateway' });
		expect(await forge.appIdOf('helper-app[bot]')).toBe(42);
		expect(received.at(-1)?.headers.authorization).toBe(`token ${longToken}`);
		expect(await forge.appIdOf('gone[bot]')).toBeNull();
		expect(await faultOf(forge.appIdOf('ill[bot]'))).toMatchObject({ kind: 'transient' });
	});

	test.each(['person', '../orgs/x[bot]', 'a/b[bot]', '[bot]', 'x[bot]y'])(
		'%s is no login of a bot, and GitHub is not asked',
		async (login) => {
			const forge = await openForge();
			received = [];
			expect(await forge.appIdOf(login)).toBeNull();
			expect(received).toEqual([]);
		},
	);

	test('an account that answers under another name has no permission', async () => {
		const forge = await openForge();
		answer('GET /repos/acme/widgets/collaborators/evil%5Bbot%5D/permission', 200, {
			permission: 'admin',
			role_name: 'admin',
			user: { login: 'admin' },
		});
		expect(await forge.permissionOf('evil[bot]')).toBe('none');
	});

	test.each([
		[409, 'Head branch was modified. Review and try the merge again.', 'head_moved'],
		[405, 'Pull Request is not mergeable', 'not_mergeable'],
		[422, 'Validation failed', 'not_mergeable'],
	])('a merge answered %i (%s) is %s', async (status, message, kind) => {
		const forge = await openForge();
		answer('PUT /repos/acme/widgets/pulls/1/merge', status, { message });
		const options = { sha: 'a'.repeat(40), method: 'squash' as const, title: 't', message: 'm' };
		expect((await forge.merge(1, options)).kind).toBe(kind);
	});

	test('a merge beside another merge is tried again', async () => {
		const forge = await openForge();
		answer('PUT /repos/acme/widgets/pulls/1/merge', 405, {
			message: 'Base branch was modified. Review and try the merge again.',
		});
		const options = { sha: 'a'.repeat(40), method: 'squash' as const, title: 't', message: 'm' };
		expect(await faultOf(forge.merge(1, options))).toMatchObject({ kind: 'transient' });
	});

	test('GraphQL says no with status 200', async () => {
		const forge = await openForge();
		answer('POST /graphql', 200, { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] });
		const pull = { nodeId: 'PR_1', number: 1 } as Parameters<typeof forge.markReady>[0];
		expect(await faultOf(forge.markReady(pull))).toMatchObject({ kind: 'permanent' });
	});

	test('commits name no author, so that GitHub signs them', async () => {
		const forge = await openForge();
		const repo = '/repos/acme/widgets/git';
		answer(`POST ${repo}/trees`, 201, { sha: 't'.repeat(40) });
		answer(`POST ${repo}/commits`, 201, { sha: 'c'.repeat(40), tree: { sha: 't'.repeat(40) } });
		await forge.createCommit({
			parentSha: 'p',
			baseTreeSha: 'b',
			files: [],
			message: 'm',
			date: '2026-01-01T00:00:00Z',
		});
		expect(received.at(-1)?.body).toEqual({ message: 'm', tree: 't'.repeat(40), parents: ['p'] });
	});
});

describe('check runs on the wire', () => {
	const input = {
		name: 'dark-factory/gate',
		headSha: 'a'.repeat(40),
		externalId: 'r1:gate',
		title: 'One thing is missing',
		summary: '',
	};
	const known = { external_id: 'r1:gate', name: input.name, app: { id: 4711 } };
	const list = `GET /repos/acme/widgets/commits/${input.headSha}/check-runs?check_name=dark-factory%2Fgate&app_id=4711&per_page=100&filter=all`;
	const written = () => received.filter(({ route }) => !route.startsWith('GET')).map(({ route }) => route);

	test('what was completed and waits again gets a check run of its own, since GitHub reopens none', async () => {
		const forge = await openForge();
		answer(list, 200, { total_count: 1, check_runs: [{ ...known, id: 1, status: 'completed' }] });
		answer('POST /repos/acme/widgets/check-runs', 201, { id: 2, html_url: null });
		await forge.putCheckRun({ ...input, status: 'in_progress', conclusion: null });
		expect(written()).toEqual(['POST /repos/acme/widgets/check-runs']);
	});

	test('the newest of its check runs is brought up to date', async () => {
		const forge = await openForge();
		const runs = [
			{ ...known, id: 1, status: 'completed' },
			{ ...known, id: 2, status: 'in_progress' },
		];
		answer(list, 200, { total_count: 2, check_runs: runs });
		answer('PATCH /repos/acme/widgets/check-runs/2', 200, { id: 2, html_url: null });
		await forge.putCheckRun({ ...input, status: 'completed', conclusion: 'success' });
		expect(written()).toEqual(['PATCH /repos/acme/widgets/check-runs/2']);
	});
});

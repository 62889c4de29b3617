import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { publish } from '../../workers/publish.ts';
import { settleFault } from '../../workers/settle-fault.ts';
import { verify } from '../../workers/verify.ts';
import { implementedRun } from '../support/proven-run.ts';
import { installationToken, type ScriptedGitHub, startScriptedGitHub } from '../support/scripted-github.ts';

const repository = { owner: 'acme', name: 'widgets' };
const issue = { number: 1, title: 'T', body: '', state: 'open', labels: [], html_url: 'u', user: { login: 'bob' } };
const comment = { id: 7, body: 'x', created_at: 'a', updated_at: 'a', html_url: 'u', user: null };

let github: ScriptedGitHub;
let forge: Forge;
beforeEach(async () => {
	github = await startScriptedGitHub();
	forge = await github.forges.open(repository, 815);
});
afterEach(() => github.close());

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
	const error = await promise.then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof Fault)) throw new Error(`not a fault: ${String(error)}`);
	return error;
}

describe('case 16: an installation that is suspended or removed in the middle of a run', () => {
	it.each([
		['suspended while a token is valid', 403, 'This installation has been suspended'],
		['removed while a token is valid', 403, 'Resource not accessible by integration'],
	])('%s ends the job at once with a reason, and nothing is tried again', async (_, status, message) => {
		github.replies.set('POST /repos/acme/widgets/issues/1/comments', { status, body: { message } });
		const fault = await faultOf(forge.createComment(1, 'text'));
		expect(fault.kind).toBe('permanent');
		expect(settleFault(fault, 'publish', 0, 3, 0)).toMatchObject([{ retryAt: null }, { outcome: 'failed' }]);
		expect(github.received).toHaveLength(1);
	});

	it.each([
		['suspended', 403, 'This installation has been suspended'],
		['removed', 404, 'Not Found'],
		['given other repositories', 422, 'There is at least one repository that does not exist or is not accessible'],
	])('%s before a token is minted: nothing is sent at all', async (_, status, message) => {
		github.tokenReply = { status, body: { message } };
		const fault = await faultOf(forge.createComment(1, 'text'));
		expect(fault).toMatchObject({ kind: 'permanent', message: expect.stringContaining('acme/widgets') });
		expect(github.received).toEqual([]);
	});

	it('in the middle of publishing ends the job, and a later start of it makes no second commit', async () => {
		const harness = await implementedRun();
		await harness.run(verify, 'verify');
		harness.end('review', { decision: 'pass', findings: [] });
		harness.forge.failNext('createPull', new Fault('permanent', 'The installation is suspended'));
		await expect(harness.run(publish, 'publish')).rejects.toMatchObject({ kind: 'permanent' });
		expect(await harness.run(publish, 'publish')).toMatchObject({ outcome: 'done' });
		expect(harness.forge.count('createCommit')).toBe(1);
	});
});

describe('case 16: a repository that is renamed in the middle of a run', () => {
	const moved = (status: number, path: string) => ({ status, headers: { location: `${github.url}${path}` } });

	it.each([
		['is followed when it is read', 'widgets', { number: 1 }],
		['counts as gone when the issue lives elsewhere now', 'gadgets', null],
	])('%s', async (_, name, expected) => {
		github.replies.set('GET /repos/acme/widgets/issues/1', moved(301, '/repositories/99/issues/1'));
		const body = { ...issue, repository_url: `${github.url}/repos/acme/${name}` };
		github.replies.set('GET /repositories/99/issues/1', { status: 200, body });
		const found = await forge.issue(1);
		if (expected === null) expect(found).toBeNull();
		else expect(found).toMatchObject(expected);
		expect(github.received).toHaveLength(2);
	});

	it.each([301, 307, 308])(
		'is followed when it is written to, with the same body, though it is said with %i',
		async (status) => {
			const [before, after] = ['/repos/acme/widgets/issues/1/comments', '/repositories/99/issues/1/comments'];
			github.replies.set(`POST ${before}`, moved(status, after));
			github.replies.set(`POST ${after}`, { status: 201, body: comment });
			expect(await forge.createComment(1, 'text')).toMatchObject({ id: 7 });
			expect(github.received.map(({ method, body }) => `${method} ${body}`)).toEqual(
				Array(2).fill('POST {"body":"text"}'),
			);
		},
	);

	it('gives no token to another host, however the redirect is worded', async () => {
		const thief = await startScriptedGitHub();
		for (const status of [301, 302, 307, 308]) {
			const headers = { location: `${thief.url}/repos/acme/widgets/issues/1` };
			github.replies.set('GET /repos/acme/widgets/issues/1', { status, headers });
			await forge.issue(1).catch(() => null);
		}
		expect(github.received.some(({ authorization }) => authorization === `token ${installationToken}`)).toBe(true);
		expect(thief.received).toEqual([]);
		await thief.close();
	});

	it('in a circle ends with a fault after a few requests', async () => {
		github.replies.set('GET /repos/acme/widgets/issues/1', moved(301, '/repos/acme/widgets/issues/1'));
		expect(await faultOf(forge.issue(1))).toMatchObject({
			kind: 'permanent',
			message: expect.stringContaining('circle'),
		});
		expect(github.received).toHaveLength(4);
	});
});

import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { appIdOf } from '../../../src/adapters/github/app-id-of.ts';
import { installationOctokit } from '../../../src/adapters/github/octokit.ts';
import { textLog } from '../../support/intake.ts';

const octokit = installationOctokit({ apiUrl: 'https://api.github.test', pacing: 'none', log: textLog() }, 0);
const ask = (login: string) => appIdOf(octokit, login, () => 0);

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => {
	nock.enableNetConnect();
	nock.restore();
});

test('the login of a bot gives the id of its App', async () => {
	nock('https://api.github.test').get('/apps/helper-app').reply(200, { id: 42, slug: 'helper-app' });
	expect(await ask('helper-app[bot]')).toBe(42);
});

test('an App that GitHub does not know has no id', async () => {
	nock('https://api.github.test').get('/apps/gone').reply(404, { message: 'Not Found' });
	expect(await ask('gone[bot]')).toBeNull();
});

test.each(['person', '../orgs/x[bot]', 'a/b[bot]', '[bot]', 'x[bot]y'])(
	'%s is no login of a bot, and GitHub is not asked',
	async (login) => {
		expect(await ask(login)).toBeNull();
	},
);

test('a fault is not taken for an answer', async () => {
	nock('https://api.github.test').get('/apps/helper').reply(502, { message: 'Bad gateway' });
	await expect(ask('helper[bot]')).rejects.toMatchObject({ kind: 'transient' });
});

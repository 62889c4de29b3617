import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings, requireApp, SettingsError } from '../src/settings.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

function pemOf(type: 'rsa' | 'ec'): string {
	const pair =
		type === 'rsa'
			? generateKeyPairSync('rsa', { modulusLength: 2048 })
			: generateKeyPairSync('ec', { namedCurve: 'P-256' });
	return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}

const pem = pemOf('rsa');
const app = { APP_ID: '12', PRIVATE_KEY: pem, WEBHOOK_SECRET: '0123456789abcdef' };

function problemsOf(environment: Record<string, string>, needs: 'app' | 'local' = 'app'): string[] {
	try {
		readSettings(environment, needs);
		return [];
	} catch (error) {
		if (error instanceof SettingsError) return error.problems;
		throw error;
	}
}

test('the defaults need nothing but the App', () => {
	expect(readSettings(app, 'app')).toEqual({
		app: { id: 12, privateKey: pem, webhookSecret: '0123456789abcdef', webhookSecretPrevious: null },
		host: '127.0.0.1',
		port: 3000,
		githubApiUrl: 'https://api.github.com',
		githubServerUrl: 'https://github.com',
		dataDirectory: './data',
		databaseUrl: null,
		redisUrl: null,
		logLevel: 'info',
		sandbox: 'auto',
		workerConcurrency: 2,
	});
});

test('all problems are named at once, and no value of a secret is', () => {
	const problems = problemsOf({
		APP_ID: 'abc',
		PRIVATE_KEY: 'hunter2-key',
		WEBHOOK_SECRET: 'hunter2',
		WEBHOOK_SECRET_PREVIOUS: 'development',
		PORT: '99999',
		GITHUB_API_URL: 'api.github.com',
		DATABASE_URL: 'mysql://root:hunter2@db',
		REDIS_URL: 'hunter2',
		LOG_LEVEL: 'loud',
		SANDBOX: 'maybe',
		WORKER_CONCURRENCY: '0',
	});
	const named = problems.map((problem) => problem.split(' ')[0]).sort();
	expect(named).toEqual(
		[
			'APP_ID',
			'DATABASE_URL',
			'GITHUB_API_URL',
			'LOG_LEVEL',
			'PORT',
			'PRIVATE_KEY',
			'REDIS_URL',
			'SANDBOX',
			'WEBHOOK_SECRET',
			'WEBHOOK_SECRET_PREVIOUS',
			'WORKER_CONCURRENCY',
		].sort(),
	);
	expect(problems.join('\n')).not.toContain('hunter2');
});

describe('the private key', () => {
	test.each([
		['with escaped line ends', pem.replaceAll('\n', '\\n')],
		['in base64', Buffer.from(pem).toString('base64')],
	])('is read %s', (_name, text) => {
		expect(readSettings({ ...app, PRIVATE_KEY: text }, 'app').app?.privateKey).toBe(pem);
	});

	test('is read from a file', () => {
		const path = join(temporaryDirectory(), 'key.pem');
		writeFileSync(path, `${pem}\n`);
		const { PRIVATE_KEY: _, ...rest } = app;
		expect(readSettings({ ...rest, PRIVATE_KEY_PATH: path }, 'app').app?.privateKey).toBe(pem);
		expect(problemsOf({ ...rest, PRIVATE_KEY_PATH: `${path}.missing` })[0]).toContain('ENOENT');
		expect(problemsOf({ ...app, PRIVATE_KEY_PATH: path })[0]).toContain('both set');
	});

	test('of another kind than RSA is refused: GitHub takes no other', () => {
		expect(problemsOf({ ...app, PRIVATE_KEY: pemOf('ec') })[0]).toContain('RSA');
	});
});

test('an empty variable counts as unset', () => {
	expect(problemsOf({ ...app, WEBHOOK_SECRET: '' })[0]).toContain('WEBHOOK_SECRET is missing');
	expect(readSettings({ ...app, PORT: '' }, 'app').port).toBe(3000);
});

test('commands that need no App start without it, and say so when they do need it', () => {
	const settings = readSettings({ WEBHOOK_SECRET: 'development' }, 'local');
	expect(settings.app).toBeNull();
	expect(() => requireApp(settings)).toThrow(/dark-factory setup/);
	expect(problemsOf({ PORT: 'x' }, 'local')).toHaveLength(1);
});

test('URLs lose their trailing slash, so that paths can be put behind them', () => {
	const url = 'https://github.example/api/v3';
	expect(readSettings({ ...app, GITHUB_API_URL: `${url}/` }, 'app').githubApiUrl).toBe(url);
});

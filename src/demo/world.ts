import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from '../adapters/replay/recording.ts';
import type { Environment } from '../settings.ts';
import { type Canary, startCanary } from './canary.ts';
import { type EmulatedGitHub, startEmulatedGitHub } from './emulated-github.ts';
import { startGitHttpServer } from './git-http-server.ts';
import { createGitMirror } from './git-mirror.ts';
import { readFiles, readIssue, readScenarioRecording } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Everything around the factory that a scenario needs, on this machine. The factory itself is not in it. */
export interface World {
	scenario: Scenario;
	/** Where everything lies that the rehearsal makes. */
	directory: string;
	github: EmulatedGitHub;
	canary: Canary;
	issue: { title: string; body: string };
	recording: Recording;
	/** The environment in which a factory process belongs to this world. */
	environment: Environment;
	secrets: { name: string; text: string }[];
	close(): Promise<void>;
}

/** What the App, the store and the server of a factory are; never taken from the surrounding process. */
const ours =
	/^(APP_ID|PRIVATE_KEY|PRIVATE_KEY_PATH|WEBHOOK_SECRET|WEBHOOK_SECRET_PREVIOUS|DATABASE_URL|REDIS_URL|HOST|PORT|DATA_DIR|GITHUB_.*)$/;

/**
 * Starts an emulated GitHub with the scenario's repository, git over HTTP beside it, and the canary; plants a secret in the data
 * directory and in the environment. @param directory is made; it must be empty or absent.
 * @throws Fault permanent when the demo's packages are not installed.
 */
export async function startWorld(scenario: Scenario, directory: string, host: Environment): Promise<World> {
	const files = readFiles(scenario);
	const data = join(directory, 'data');
	await mkdir(data, { recursive: true });
	const planted = plantedSecret();
	await writeFile(join(data, 'planted-secret.txt'), `${planted}\n`, { mode: 0o600 });

	const canary = await startCanary();
	const github = await startEmulatedGitHub({
		repository: { owner: 'acme', name: scenario.target.name },
		files,
		webhookSecret: randomBytes(32).toString('hex'),
	});
	const mirror = await createGitMirror(github, join(directory, 'git'));
	const git = await startGitHttpServer({
		root: mirror.root,
		authorize: isInstallation,
		refresh: () => mirror.refresh(),
	});
	const placeholders = { canary: canary.url, secret: planted, data };
	const kept = Object.entries(host).filter(([name]) => !ours.test(name));
	return {
		scenario,
		directory,
		github,
		canary,
		issue: readIssue(scenario, placeholders),
		recording: readScenarioRecording(scenario, placeholders),
		environment: {
			LOG_LEVEL: 'error',
			...Object.fromEntries(kept),
			APP_ID: String(github.app.id),
			PRIVATE_KEY: github.app.privateKey,
			WEBHOOK_SECRET: github.app.webhookSecret,
			GITHUB_API_URL: github.url,
			GITHUB_SERVER_URL: git.url,
			DATA_DIR: data,
			HOST: '127.0.0.1',
			PORT: '0',
			PLANTED_SECRET: planted,
		},
		secrets: [
			{ name: 'the planted secret', text: planted },
			{ name: 'the webhook secret', text: github.app.webhookSecret },
			{ name: "the App's private key", text: github.app.privateKey.split('\n')[1] ?? github.app.privateKey },
		],
		close: async () => {
			await github.settled();
			await Promise.all([github.close(), git.close(), canary.close()]);
		},
	};
}

/** In the form of a GitHub token, made anew each time. */
function plantedSecret(): string {
	return `ghp_${randomBytes(18).toString('hex')}`;
}

/** Git asks with the installation's token, as GitHub wants it: `Basic x-access-token:ghs_…`. */
function isInstallation(authorization: string | null): boolean {
	const encoded = /^basic (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
	return Buffer.from(encoded, 'base64').toString().startsWith('x-access-token:ghs_');
}

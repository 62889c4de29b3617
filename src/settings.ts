import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What only a process that talks to GitHub as the App needs. */
export interface AppSettings {
	id: number;
	/** PEM. */
	privateKey: string;
	webhookSecret: string;
	/** Still accepted while GitHub is being told the new one; null outside a rotation. */
	webhookSecretPrevious: string | null;
}

export interface Settings {
	/** Null for commands that need no App (`run --repo`, `status`, `validate`) when it is not completely configured. */
	app: AppSettings | null;
	host: string;
	port: number;
	githubApiUrl: string;
	githubServerUrl: string;
	dataDirectory: string;
	/** Null: SQLite in the data directory. */
	databaseUrl: string | null;
	/** Null: the queue in memory. */
	redisUrl: string | null;
	logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
	sandbox: 'auto' | 'bubblewrap' | 'unshare' | 'none';
	/** Jobs at once in one process. */
	workerConcurrency: number;
}

export type Environment = Record<string, string | undefined>;

/** Every problem of the environment at once. Names variables and what is expected, never a value that may be secret. */
export class SettingsError extends Error {
	readonly problems: string[];

	constructor(problems: string[]) {
		super(`The environment does not allow a start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
		this.name = 'SettingsError';
		this.problems = problems;
	}
}

const shortestSecret = 16;
/** Values that samples and frameworks ship with; Probot falls back to `development` by itself. */
const knownSecrets = new Set([
	'development',
	'changeme',
	'change-me',
	'secret',
	'webhook-secret',
	'your-webhook-secret',
]);

const secret = z
	.string({ error: 'is missing: generate one with `openssl rand -hex 32` and enter it in the App, too' })
	.refine((text) => !knownSecrets.has(text.trim().toLowerCase()), {
		error: 'is a well-known default: anybody could sign deliveries; use `openssl rand -hex 32`',
		abort: true,
	})
	.refine((text) => text.trim().length >= shortestSecret, {
		error: `is shorter than ${shortestSecret} characters; use \`openssl rand -hex 32\``,
	});

function webUrl(fallback: string) {
	return url(['http:', 'https:'], 'http:// or https://')
		.default(fallback)
		.transform((text) => text.replace(/\/+$/, ''));
}

function url(protocols: string[], expected: string) {
	return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
		error: `is not a URL that begins with ${expected}`,
	});
}

function integer(name: string, smallest: number, largest: number) {
	const error = `must be ${name} from ${smallest} to ${largest}`;
	return z
		.string()
		.regex(/^\d{1,15}$/, { error })
		.transform(Number)
		.pipe(z.number().min(smallest, { error }).max(largest, { error }));
}

function oneOf<const T extends [string, ...string[]]>(values: T) {
	return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

const Local = z.object({
	HOST: z.string().default('127.0.0.1'),
	PORT: integer('a port', 0, 65_535).default(3000),
	GITHUB_API_URL: webUrl('https://api.github.com'),
	GITHUB_SERVER_URL: webUrl('https://github.com'),
	DATA_DIR: z.string().default('./data'),
	DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://').nullable().default(null),
	REDIS_URL: url(['redis:', 'rediss:'], 'redis:// or rediss://').nullable().default(null),
	LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
	SANDBOX: oneOf(['auto', 'bubblewrap', 'unshare', 'none']).default('auto'),
	WORKER_CONCURRENCY: integer('a whole number', 1, 64).default(2),
});

const App = z.object({
	APP_ID: z
		.string({ error: 'is missing: the number on the settings page of the App, or run `dark-factory setup`' })
		.regex(/^[1-9]\d{0,14}$/, { error: 'must be the number of the App' })
		.transform(Number),
	WEBHOOK_SECRET: secret,
	WEBHOOK_SECRET_PREVIOUS: secret.nullable().default(null),
});

/**
 * The environment as settings. An empty variable counts as unset. With `needs` `app`, the App must be configured; with `local`, an
 * App that is not (or wrongly) configured is null.
 * @throws SettingsError that names every problem at once.
 */
export function readSettings(environment: Environment, needs: 'app' | 'local'): Settings {
	const given = Object.fromEntries(
		Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
	);
	const local = Local.safeParse(given);
	const app = App.safeParse(given);
	const key = readPrivateKey(given);

	const problems = [...problemsOf(local.error)];
	if (needs === 'app') problems.push(...problemsOf(app.error), ...(key.kind === 'invalid' ? [key.problem] : []));
	if (problems.length > 0 || !local.success) throw new SettingsError(problems);
	return {
		app:
			app.success && key.kind === 'ok'
				? {
						id: app.data.APP_ID,
						privateKey: key.pem,
						webhookSecret: app.data.WEBHOOK_SECRET,
						webhookSecretPrevious: app.data.WEBHOOK_SECRET_PREVIOUS,
					}
				: null,
		host: local.data.HOST,
		port: local.data.PORT,
		githubApiUrl: local.data.GITHUB_API_URL,
		githubServerUrl: local.data.GITHUB_SERVER_URL,
		dataDirectory: local.data.DATA_DIR,
		databaseUrl: local.data.DATABASE_URL,
		redisUrl: local.data.REDIS_URL,
		logLevel: local.data.LOG_LEVEL,
		sandbox: local.data.SANDBOX,
		workerConcurrency: local.data.WORKER_CONCURRENCY,
	};
}

/** The App's settings. @throws SettingsError when the settings were read without the need for them and hold none. */
export function requireApp(settings: Settings): AppSettings {
	if (settings.app === null) {
		throw new SettingsError(['APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are needed here: run `dark-factory setup`']);
	}
	return settings.app;
}

function problemsOf(error: z.ZodError | undefined): string[] {
	return (error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

type PrivateKey = { kind: 'ok'; pem: string } | { kind: 'invalid'; problem: string };

/** `PRIVATE_KEY` as PEM, as PEM with `\n` for line ends, or as base64 of PEM; or the file at `PRIVATE_KEY_PATH`. */
function readPrivateKey(given: Record<string, string | undefined>): PrivateKey {
	const { PRIVATE_KEY: text, PRIVATE_KEY_PATH: path } = given;
	if (text !== undefined && path !== undefined) {
		return { kind: 'invalid', problem: 'PRIVATE_KEY and PRIVATE_KEY_PATH are both set: keep one' };
	}
	if (path !== undefined) {
		try {
			return checkPrivateKey('PRIVATE_KEY_PATH', readFileSync(path, 'utf8'));
		} catch (error) {
			const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
			return { kind: 'invalid', problem: `PRIVATE_KEY_PATH cannot be read (${code}): ${path}` };
		}
	}
	if (text === undefined) {
		return {
			kind: 'invalid',
			problem: 'PRIVATE_KEY (or PRIVATE_KEY_PATH) is missing: a key made on the page of the App',
		};
	}
	const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
	return checkPrivateKey('PRIVATE_KEY', pem.replaceAll('\\n', '\n'));
}

function checkPrivateKey(name: string, pem: string): PrivateKey {
	try {
		// GitHub signs Apps in with RS256 only.
		if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return { kind: 'ok', pem: pem.trim() };
		return { kind: 'invalid', problem: `${name} is not an RSA key, the only kind that GitHub accepts` };
	} catch {
		return { kind: 'invalid', problem: `${name} is not an unencrypted private key in PEM form (or base64 of it)` };
	}
}

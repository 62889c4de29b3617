import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { act } from '../workers/intake/act.ts';
import type { JobKit } from '../workers/job-kit.ts';
import { startWorkers } from '../workers/start-workers.ts';
import { loadCatalogue } from './adapters/catalogue/load-catalogue.ts';
import { chooseSandbox } from './adapters/choose-sandbox.ts';
import { createGit, removeWorktrees } from './adapters/git/create-git.ts';
import { type GitHubForges, githubForges } from './adapters/github/github-forges.ts';
import { guardForges } from './adapters/guard/guard-forges.ts';
import { createHalt, haltModels } from './adapters/guard/halt-file.ts';
import { MemoryQueue } from './adapters/memory/memory-queue.ts';
import { createModels } from './adapters/models.ts';
import { createPinoLog } from './adapters/pino/pino-log.ts';
import { createSecretlintScanner } from './adapters/secretlint/secretlint-scanner.ts';
import { createThoroughScanner } from './adapters/secretlint/thorough-scanner.ts';
import { openDatabase } from './adapters/sql/open-database.ts';
import { SqlArtifactStore } from './adapters/sql/sql-artifact-store.ts';
import { SqlDeliveryStore } from './adapters/sql/sql-delivery-store.ts';
import { SqlRunStore } from './adapters/sql/sql-run-store.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { systemIds } from './adapters/system/system-ids.ts';
import { createReceiver } from './app.ts';
import { type BundledTexts, readBundledTexts } from './bundled.ts';
import { Fault } from './core/fault.ts';
import { SecretRegistry } from './core/secret-registry.ts';
import { isLocal } from './core/subject.ts';
import { knownSecrets } from './known-secrets.ts';
import type { ArtifactStore } from './ports/artifact-store.ts';
import type { Catalogue } from './ports/catalogue.ts';
import type { Clock } from './ports/clock.ts';
import type { DeliveryStore } from './ports/delivery-store.ts';
import type { Forges } from './ports/forge.ts';
import type { Git } from './ports/git.ts';
import type { Ids } from './ports/ids.ts';
import type { Log } from './ports/log.ts';
import type { Models } from './ports/model.ts';
import type { Consumer, Lane, Queue } from './ports/queue.ts';
import type { RunRow, RunStore } from './ports/run-store.ts';
import type { Sandbox, SandboxReport } from './ports/sandbox.ts';
import { type HttpServer, startServer } from './server.ts';
import { type Environment, requireApp, type Settings } from './settings.ts';

/** How often unfinished runs and unsettled deliveries are looked for, ms: a wake that was lost, or made by another process that
 * shares the store and no queue, costs at most this. */
const sweepMs = { memory: 5_000, shared: 60_000 };
const graceMs = 10_000;

/** What a rehearsal or a local run puts in the place of the outside. */
export interface Replacements {
	models?: Models;
	forges?: Forges;
	/** Which runs this process works on. Default: all but those of `run --repo`, which live and die with their own process. */
	serves?: (run: RunRow) => boolean;
}

/** All parts of one process, put together. Nothing runs until `serve` or `work` is called. */
export interface Factory {
	readonly settings: Settings;
	readonly bundled: BundledTexts;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
	readonly runs: RunStore;
	readonly deliveries: DeliveryStore;
	readonly artifacts: ArtifactStore;
	readonly queue: Queue;
	readonly catalogue: Catalogue;
	readonly models: Models;
	readonly git: Git;
	readonly forges: Forges;
	/** Null when the App is not configured or GitHub was replaced. */
	readonly github: GitHubForges | null;
	/** The sandbox that works here, probed once. @throws Fault permanent when none does. */
	sandbox(): Promise<{ sandbox: Sandbox; report: SandboxReport }>;
	/** Resolves when store and queue answer. */
	check(timeoutMs: number): Promise<void>;
	/** Takes deliveries in over HTTP. */
	serve(): Promise<HttpServer>;
	/** Works on these lanes until closed, and sees to it that nothing unfinished is forgotten. */
	work(lanes: readonly Lane[]): Promise<Consumer>;
	close(): Promise<void>;
}

export const everyLane: readonly Lane[] = [
	'delivery',
	'host',
	'triage',
	'explore',
	'plan',
	'implement',
	'review',
	'evaluate',
];

/** @throws Fault when the store or the queue cannot be opened; Error when a file of `config/` is wrong. */
export async function createFactory(
	settings: Settings,
	environment: Environment,
	replacements: Replacements = {},
): Promise<Factory> {
	const clock = systemClock;
	const ids = systemIds;
	const bundled = readBundledTexts();
	const dataDirectory = resolve(settings.dataDirectory);
	const catalogue = readCatalogue(bundled);
	const registry = new SecretRegistry(knownSecrets(settings, environment, catalogue));
	const redact = (text: string) => registry.redact(text);
	const trace = (text: string) => registry.trace(text);
	const mayAct = createHalt(dataDirectory);
	const secrets = createThoroughScanner(createSecretlintScanner(), trace);
	const log = createPinoLog({ level: settings.logLevel, redact });
	const database = await openDatabase(
		settings.databaseUrl === null ? { file: join(dataDirectory, 'factory.db') } : { url: settings.databaseUrl },
	);
	const runs = new SqlRunStore(database.db);
	const deliveries = new SqlDeliveryStore(database.db);
	const artifacts = new SqlArtifactStore(database.db, clock);
	const queue = await openQueue(settings.redisUrl, clock, log);
	const github =
		replacements.forges === undefined && settings.app !== null
			? githubForges({
					app: settings.app,
					apiUrl: settings.githubApiUrl,
					serverUrl: settings.githubServerUrl,
					log,
					now: () => clock.now(),
					onToken: (token) => registry.add(token),
				})
			: null;
	const forges = guardForges(replacements.forges ?? github ?? noForges(), { secrets, trace, mayAct });
	const git = createGit({
		dataDirectory,
		clock,
		serverUrl: settings.githubServerUrl,
		localRepositories: replacements.forges === undefined ? 'refused' : 'allowed',
	});
	let chosen: ReturnType<Factory['sandbox']> | null = null;
	const sandbox = () => {
		if (chosen !== null) return chosen;
		chosen = chooseSandbox(settings.sandbox, {
			dataDirectory,
			host: environment,
			nodePath: process.execPath,
			readable: [],
			clock,
			log,
		});
		chosen.catch(() => {
			chosen = null;
		});
		return chosen;
	};
	const models = haltModels(replacements.models ?? createModels(catalogue, environment), mayAct);
	const kit: JobKit = {
		forges,
		git,
		artifacts,
		clock,
		ids,
		log,
		models,
		catalogue,
		sandbox: async () => {
			mayAct();
			return (await sandbox()).sandbox;
		},
		secrets,
		prompts: bundled.prompts,
		rubric: bundled.rubric,
	};
	const serves = replacements.serves ?? ((run: RunRow) => !isLocal(run.repository));
	const consumers = new Set<Consumer>();

	let receiver: ReturnType<typeof createReceiver> | null = null;

	/** Made at the first delivery: GitHub, which names the App, need not answer for the process to start. */
	async function receive(): ReturnType<typeof createReceiver> {
		const app = requireApp(settings);
		if (github === null) throw new Error('Deliveries need GitHub.');
		const identity = await github.identity();
		const context = { forges, runs, queue, clock, ids, log, catalogue, bundled };
		const self = { appId: identity.id, slug: identity.slug };
		receiver ??= createReceiver(app, self, (intent, occasion) => act(context, intent, occasion));
		return receiver;
	}

	async function work(lanes: readonly Lane[]): Promise<Consumer> {
		await removeWorktreesOfTheDead(runs, dataDirectory);
		const consumer = await startWorkers(
			{
				...{ runs, deliveries, queue, clock, ids, log, kit, redact, serves },
				worker: `${hostname()}-${process.pid}`,
				concurrency: settings.workerConcurrency,
				sweepMs: settings.redisUrl === null ? sweepMs.memory : sweepMs.shared,
				receive: async (delivery) => (await receive())(delivery),
			},
			lanes,
		);
		consumers.add(consumer);
		return consumer;
	}

	return {
		settings,
		bundled,
		clock,
		ids,
		log,
		runs,
		deliveries,
		artifacts,
		queue,
		catalogue,
		models,
		git,
		forges,
		github,
		sandbox,
		check: async (timeoutMs) => {
			await Promise.all([database.check(timeoutMs), queue.check(timeoutMs)]);
		},
		serve: () => {
			const { webhookSecret, webhookSecretPrevious } = requireApp(settings);
			return startServer(settings.host, settings.port, {
				secrets: [webhookSecret, ...(webhookSecretPrevious === null ? [] : [webhookSecretPrevious])],
				deliveries,
				queue,
				clock,
				log,
				ready: { store: () => database.check(1_000), queue: () => queue.check(1_000) },
				pages: null,
				timeouts: { requestMs: 30_000, readyMs: 1_500 },
			});
		},
		work,
		close: async () => {
			const stopped = new AbortController();
			const late = clock.sleep(graceMs, stopped.signal).then(
				() => log.warn({}, 'jobs did not stop in time; the next start takes them up'),
				() => {},
			);
			await Promise.race([Promise.all([...consumers].map((consumer) => consumer.close())), late]);
			stopped.abort();
			await queue.close();
			await database.close();
		},
	};
}

/** A worktree is named after its run; those of closed runs are leftovers of a crash. */
async function removeWorktreesOfTheDead(runs: RunStore, dataDirectory: string): Promise<void> {
	const alive = (await runs.unfinished()).map(({ id }) => `${id}-`);
	await removeWorktrees(dataDirectory, (name) => alive.some((prefix) => name.startsWith(prefix)));
}

/** BullMQ and its client are a fifth of a process's memory, and loaded only where Redis is. */
async function openQueue(redisUrl: string | null, clock: Clock, log: Log): Promise<Queue> {
	if (redisUrl === null) return new MemoryQueue(clock, log);
	const { BullmqQueue } = await import('./adapters/bullmq/bullmq-queue.ts');
	return new BullmqQueue({ url: redisUrl, clock, log });
}

function noForges(): Forges {
	return {
		open: async () => {
			throw new Fault('permanent', 'The App is not configured: run `dark-factory setup`, or set APP_ID and its key.');
		},
	};
}

/** The model catalogue that comes with the factory. @throws Error naming every mistake in it with file and line. */
export function readCatalogue(bundled: BundledTexts): Catalogue {
	return loadCatalogue(bundled.models, 'config/models.yml', systemClock);
}

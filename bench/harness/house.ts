import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadCatalogue } from '../../src/adapters/catalogue/load-catalogue.ts';
import { chooseSandbox } from '../../src/adapters/choose-sandbox.ts';
import { createGit } from '../../src/adapters/git/create-git.ts';
import { createSecretlintScanner } from '../../src/adapters/secretlint/secretlint-scanner.ts';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlArtifactStore } from '../../src/adapters/sql/sql-artifact-store.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { systemIds } from '../../src/adapters/system/system-ids.ts';
import { readBundledTexts } from '../../src/bundled.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { Git } from '../../src/ports/git.ts';
import type { Models } from '../../src/ports/model.ts';
import type { Sandbox } from '../../src/ports/sandbox.ts';
import { FakeForge } from '../../test/support/fake-forge.ts';
import { newRun } from '../../test/support/new-run.ts';
import { buildJobContext } from '../../workers/build-job-context.ts';
import type { JobContext } from '../../workers/job-context.ts';
import { RunSession } from '../../workers/run-session.ts';

export interface House {
	/** Of all jobs together, ms. */
	spent: { commandMs: number; saveMs: number };
	sandbox(): Promise<Sandbox>;
	/** A run of its own whose one job, `implement`, has begun. */
	openJob(number: number): Promise<{ context: JobContext; close(): Promise<void> }>;
	/** What all journals hold. */
	journalBytes(): Promise<number>;
	/** Bytes of journal per turn in each tenth of `turns`, over all runs. */
	journalGrowth(turns: number): Promise<number[]>;
	close(): Promise<void>;
}

const workflow =
	'name: bench\ndescription: One job.\njobs:\n  implement:\n    uses: implement\n    timeout-minutes: 60\n';
const quiet = () => {};

/** The parts of one process as the factory puts them together, on a repository made of `files`; GitHub alone is not real. */
export async function openHouse(given: {
	directory: string;
	files: ReadonlyMap<string, string>;
	arm: string;
	models: (catalogue: Catalogue) => Models;
}): Promise<House> {
	const spent = { commandMs: 0, saveMs: 0 };
	const bundled = readBundledTexts();
	const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
	const dataDirectory = join(given.directory, 'data');
	const source = await buildRepository(join(given.directory, 'source'), given.files);
	const database = await openDatabase({ file: join(dataDirectory, 'factory.db') });
	const runs = new SqlRunStore(database.db);
	const catalogue = loadCatalogue(bundled.models, 'config/models.yml', systemClock);
	const serverUrl = 'https://github.example';
	const git = timedGit(
		createGit({ dataDirectory, clock: systemClock, serverUrl, localRepositories: 'allowed' }),
		(ms) => {
			spent.saveMs += ms;
		},
	);
	const remote = { url: `file://${source.directory}`, authorization: null };
	await (await git.open({ owner: 'acme', name: 'widgets' })).ensure(source.head, remote);
	const settings = {
		...{ dataDirectory, host: process.env, nodePath: process.execPath, readable: [] },
		...{ clock: systemClock, log },
	};
	let chosen: Promise<Sandbox> | null = null;
	const sandbox = () => {
		chosen ??= chooseSandbox('auto', settings).then((choice) =>
			timedSandbox(choice.sandbox, (ms) => {
				spent.commandMs += ms;
			}),
		);
		return chosen;
	};
	const forge = new FakeForge();
	const kit = {
		...{ git, sandbox, catalogue, log, clock: systemClock, ids: systemIds },
		forges: { open: async () => forge },
		models: given.models(catalogue),
		artifacts: new SqlArtifactStore(database.db, systemClock),
		secrets: createSecretlintScanner(),
		prompts: bundled.prompts,
		rubric: bundled.rubric,
	};

	async function openJob(number: number): Promise<{ context: JobContext; close(): Promise<void> }> {
		const run = newRun({ id: `run${number}`, subject: { kind: 'issue', number: number + 1 }, createdAt: Date.now() });
		const { frozen } = run.created;
		frozen.baseSha = source.head;
		frozen.workflow = { name: 'bench', source: workflow, digest: 'sha256:0' };
		frozen.policy.mix.implement = given.arm;
		frozen.policy.commands = {};
		frozen.policy.limits = { ...frozen.policy.limits, usdPerRun: 1_000_000, turnsPerJob: 1_000_000 };
		await runs.create(run);
		const session = await RunSession.open(runs, systemClock, run.id, 'bench');
		if (session === null) throw new Error('the run is held by somebody else');
		await session.append([{ type: 'job.started', job: 'implement', attempt: 1, round: 1, worker: 'bench' }]);
		const context = await buildJobContext(kit, session, 'implement', new AbortController().signal);
		return { context, close: () => session.close(null) };
	}

	return {
		spent,
		sandbox,
		openJob,
		journalBytes: async () => {
			const rows = await database.db.selectFrom('journal').select('event').execute();
			return rows.reduce((bytes, { event }) => bytes + Buffer.byteLength(event), 0);
		},
		journalGrowth: async (turns) => {
			const tenths = Array.from({ length: 10 }, () => 0);
			const counted = await runs.list({ limit: 10_000 });
			for (const { id } of counted) {
				for (const { event } of await runs.read(id)) {
					if (!('turn' in event) || event.turn < 1) continue;
					const tenth = Math.min(9, Math.floor(((event.turn - 1) * 10) / turns));
					tenths[tenth] = (tenths[tenth] ?? 0) + Buffer.byteLength(JSON.stringify(event));
				}
			}
			return tenths.map((bytes) => (bytes * 10) / turns / counted.length);
		},
		close: () => database.close(),
	};
}

async function buildRepository(
	directory: string,
	files: ReadonlyMap<string, string>,
): Promise<{ directory: string; head: string }> {
	for (const [name, text] of files) {
		await mkdir(dirname(join(directory, name)), { recursive: true });
		await writeFile(join(directory, name), text);
	}
	const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
	git('init', '-q');
	git('add', '-A');
	git('-c', 'user.name=bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '-m', 'The base.');
	return { directory, head: git('rev-parse', 'HEAD') };
}

function timedSandbox(sandbox: Sandbox, count: (ms: number) => void): Sandbox {
	return { ...sandbox, run: (command, signal) => timed(() => sandbox.run(command, signal), count) };
}

function timedGit(git: Git, count: (ms: number) => void): Git {
	return {
		...git,
		open: async (name) => {
			const repository = await git.open(name);
			return { ...repository, save: (...args) => timed(() => repository.save(...args), count) };
		},
	};
}

async function timed<T>(work: () => Promise<T>, count: (ms: number) => void): Promise<T> {
	const begin = performance.now();
	try {
		return await work();
	} finally {
		count(performance.now() - begin);
	}
}

import { createReplayModels } from '../adapters/replay/replay-models.ts';
import { loadRun } from '../cli/load-run.ts';
import { stateLabels } from '../core/labels.ts';
import type { RunState } from '../core/run-state.ts';
import { createFactory, everyLane, type Factory } from '../factory.ts';
import type { Models } from '../ports/model.ts';
import { webhookPath } from '../server.ts';
import { type Environment, readSettings } from '../settings.ts';
import { look } from './look.ts';
import { fileIssue, labelIssue } from './maintainer.ts';
import type { Scenario, Seen } from './scenario.ts';
import { startWorld, type World } from './world.ts';

const pollMs = 25;
const graceMs = 2_000;

export interface RehearsalOptions {
	/** Everything that is made goes here. */
	directory: string;
	/** The surrounding process's environment; the App, GitHub, data directory and port are replaced. */
	host: Environment;
	/** Laid over the world's environment: `SANDBOX`, `DATABASE_URL`, base URLs of providers. */
	environment?: Environment;
	/** `recorded`: the scenario's recording; `live`: the configured providers. */
	models: 'recorded' | 'live' | Models;
}

/** A factory in this process, in its world. */
export interface Rehearsal {
	world: World;
	factory: Factory;
	/** The maintainer files the issue and labels it. Resolves with the run once there is one. */
	dispatch(timeoutMs?: number): Promise<{ issue: number; run: string }>;
	/** Resolves when the run is closed, or one of its jobs waits for people, with how it stands. */
	untilRest(run: string, timeoutMs?: number): Promise<RunState>;
	/** Resolves once the run, which waits, says so on the issue. */
	untilShown(run: string, timeoutMs?: number): Promise<void>;
	look(issue: number, state: RunState | null): Promise<Seen>;
	close(): Promise<void>;
}

/** Plays a scenario's surroundings and starts the factory in them. @throws Fault permanent when no sandbox works here. */
export async function startRehearsal(scenario: Scenario, options: RehearsalOptions): Promise<Rehearsal> {
	const world = await startWorld(scenario, options.directory, options.host);
	const environment = { ...world.environment, ...options.environment };
	const models = options.models === 'recorded' ? createReplayModels(world.recording) : options.models;
	const factory = await createFactory(
		readSettings(environment, 'app'),
		environment,
		models === 'live' ? {} : { models },
	).catch(async (error: unknown) => {
		await world.close();
		throw error;
	});
	try {
		await factory.sandbox();
		const server = await factory.serve();
		await factory.work(everyLane);
		world.github.deliverTo(`${server.url}${webhookPath}`);
		return {
			world,
			factory,
			dispatch: (timeoutMs = 15_000) => dispatch(world, factory, timeoutMs),
			untilRest: (run, timeoutMs = 120_000) => untilRest(factory, run, timeoutMs),
			untilShown: (run, timeoutMs = 15_000) => untilShown(world, factory, run, timeoutMs),
			look: (issue, state) => look(world, issue, state),
			close: async () => {
				world.github.deliverTo(null);
				await server.close(graceMs);
				await factory.close();
				await world.close();
			},
		};
	} catch (error) {
		await factory.close();
		await world.close();
		throw error;
	}
}

async function dispatch(world: World, factory: Factory, timeoutMs: number): Promise<{ issue: number; run: string }> {
	const issue = await fileIssue(world);
	await labelIssue(world, issue);
	const subject = { kind: 'issue' as const, number: issue };
	const deadline = factory.clock.now() + timeoutMs;
	while (factory.clock.now() < deadline) {
		const [row] = await factory.runs.list({ repository: world.github.repository, subject, limit: 1 });
		if (row !== undefined) return { issue, run: row.id };
		await factory.clock.sleep(pollMs);
	}
	const { owner, name } = world.github.repository;
	const { data } = await world.github.maintainer.rest.issues.listComments({ owner, repo: name, issue_number: issue });
	const said = data.map(({ body }) => body ?? '').join('\n\n');
	throw new Error(
		`No run was started for #${issue} within ${timeoutMs / 1000} s. Said on the issue: ${said || 'nothing'}`,
	);
}

async function untilRest(factory: Factory, run: string, timeoutMs: number): Promise<RunState> {
	const deadline = factory.clock.now() + timeoutMs;
	for (;;) {
		const state = (await loadRun(factory.runs, run)).state;
		const rests = [...state.jobs.values()].some((job) => job.status === 'waiting');
		if (state.status === 'closed' || rests) return state;
		if (factory.clock.now() > deadline) {
			throw new Error(`Run ${run} did not come to rest within ${timeoutMs / 1000} s: ${describeState(state)}`);
		}
		await factory.clock.sleep(pollMs);
	}
}

async function untilShown(world: World, factory: Factory, run: string, timeoutMs: number): Promise<void> {
	const { repository, maintainer } = world.github;
	const { number } = (await loadRun(factory.runs, run)).state.frozen.subject;
	const at = { owner: repository.owner, repo: repository.name, issue_number: number };
	const deadline = factory.clock.now() + timeoutMs;
	while (factory.clock.now() < deadline) {
		const { data } = await maintainer.rest.issues.get(at);
		const labels = data.labels.map((label) => (typeof label === 'string' ? label : label.name));
		if (labels.includes(stateLabels.waiting.name)) return;
		await factory.clock.sleep(pollMs);
	}
	throw new Error(`Run ${run} waits, but #${number} did not say so within ${timeoutMs / 1000} s.`);
}

function describeState(state: RunState): string {
	return [...state.jobs.values()].map((job) => `${job.id} ${job.outcome ?? job.status}`).join(', ');
}

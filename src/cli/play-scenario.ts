import type { RunState } from '../core/run-state.ts';
import { formatRepository } from '../core/subject.ts';
import { chooseModels, type ModelChoice } from '../demo/choose-models.ts';
import { type Rehearsal, startRehearsal } from '../demo/rehearsal.ts';
import type { Scenario, Seen } from '../demo/scenario.ts';
import type { Environment } from '../settings.ts';
import { formatJobs, formatRunHeading } from './format-run.ts';
import { loadRun } from './load-run.ts';
import type { Output } from './output.ts';
import { watchRun } from './watch-run.ts';

export interface Played {
	scenario: Scenario;
	models: 'live' | 'recorded';
	sandbox: string;
	/** Null when nothing was started. */
	state: RunState | null;
	seen: Seen;
	/** Parts of the promise that were not kept. */
	broken: string[];
	/** From the label to the end, ms. */
	wallMs: number;
	/** File with the pull request's text; null when there is none. */
	pullRequest: string | null;
}

/** Plays one scenario with live progress, re-reads the emulated GitHub, and holds it against the promise. */
export async function playScenario(
	scenario: Scenario,
	stage: { directory: string; host: Environment; stop: AbortSignal },
	output: Output,
): Promise<Omit<Played, 'pullRequest'>> {
	const choice = chooseModels(scenario, stage.host);
	const rehearsal = await startRehearsal(scenario, {
		directory: stage.directory,
		host: stage.host,
		models: choice.kind,
	});
	try {
		const { report } = await rehearsal.factory.sandbox();
		if (output.format === 'text') introduce(rehearsal, choice, report.name, output);
		const startedAt = rehearsal.factory.clock.now();
		const { issue, run } = await rehearsal.dispatch();
		const state = await watch(rehearsal, run, stage.stop, output);
		const wallMs = rehearsal.factory.clock.now() - startedAt;
		await rehearsal.world.github.settled();
		const seen = await rehearsal.look(issue, state);
		const broken = scenario.findBroken(seen);
		const played = { scenario, models: choice.kind, sandbox: report.name, state, seen, broken, wallMs };
		if (output.format === 'text') conclude(played, state, output);
		return played;
	} finally {
		await rehearsal.close();
	}
}

/** Until the run is closed, or waits for somebody: nobody will answer here. */
async function watch(rehearsal: Rehearsal, run: string, stop: AbortSignal, output: Output): Promise<RunState> {
	const { runs, clock } = rehearsal.factory;
	const rests = new AbortController();
	await watchRun(runs, clock, run, output, AbortSignal.any([stop, rests.signal]), async () => {
		await rehearsal.untilShown(run);
		rests.abort();
	});
	return (await loadRun(runs, run)).state;
}

function introduce({ world }: Rehearsal, choice: ModelChoice, sandbox: string, { err, colors }: Output): void {
	const { scenario, github } = world;
	const { name, version, bug } = scenario.target;
	const repository = formatRepository(github.repository);
	err(`\n${colors.bold(`${scenario.name}: ${scenario.title}`)}`);
	err(`  GitHub    emulated on this machine: ${github.url}/${repository}`);
	err(`  Package   ${name} ${version}, as published on npm: ${bug}`);
	err(`  Issue     ${world.issue.title}`);
	err(`  Sandbox   ${sandbox === 'none' ? colors.yellow('none: commands run unprotected on this machine') : sandbox}`);
	for (const line of describeModels(choice, scenario)) err(line);
	err(`  Promise   ${scenario.promise}\n`);
}

function describeModels(choice: ModelChoice, scenario: Scenario): string[] {
	if (choice.kind === 'live') {
		const mix = choice.mix.map(({ role, arm }) => `            ${role}: ${arm}`);
		return [`  Models    LIVE, called over the network and paid for, at most $${choice.usdPerRun} per run:`, ...mix];
	}
	return [
		`  Models    NOT CALLED: ${choice.why}. Their turns come from a script written by hand,`,
		`            src/demo/scenarios/${scenario.name}/recording.yml; tokens and cost are the script's. All else is real.`,
	];
}

function conclude({ seen, broken, scenario }: Omit<Played, 'pullRequest'>, state: RunState, output: Output): void {
	const { colors } = output;
	output.out(`\n${formatRunHeading(state, colors)}\n\n${formatJobs(state, colors)}\n`);
	const gate = seen.pulls[0]?.checks.find(({ name }) => name === 'dark-factory/gate');
	const isWaiting = state.outcome === null && gate !== undefined && gate.conclusion !== 'success';
	if (isWaiting) output.out(`${colors.yellow('The gate holds it')}: ${gate.title}\n${gate.summary}\n`);
	if (broken.length === 0) output.out(`${colors.green('✔ Promise kept')}: ${scenario.promise}`);
	for (const sentence of broken) output.out(`${colors.red('✖ Promise broken')}: ${sentence}`);
}

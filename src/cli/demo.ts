import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Scenario } from '../demo/scenario.ts';
import { scenarios } from '../demo/scenarios.ts';
import { demoSummary } from './demo-summary.ts';
import { exit, type Output } from './output.ts';
import type { Played } from './play-scenario.ts';
import { signalOnStop } from './stop-signal.ts';

/**
 * `dark-factory demo [green|repair|blocked|injected|all] [--keep DIR]`: plays scenarios one after another on this machine. Exit code 0
 * only if what each promises is so on its emulated GitHub. Each pull request's text stays in a file; everything else is removed
 * unless `keep` names a directory. @throws Fault permanent outside of a checkout, or when no sandbox works here.
 */
export async function demo(names: string[], options: { keep?: string }, output: Output): Promise<number> {
	const chosen = choose(names);
	if (chosen.kind === 'unknown') {
		output.err(`There is no scenario ${chosen.name}: ${[...scenarios.map(({ name }) => name), 'all'].join(', ')}.`);
		return exit.wrongUse;
	}
	const directory = options.keep === undefined ? null : resolve(options.keep);
	const taken = chosen.scenarios.find(({ name }) => directory !== null && existsSync(join(directory, name)));
	if (taken !== undefined) {
		output.err(`${join(directory ?? '', taken.name)} exists already: give --keep an empty or new directory.`);
		return exit.wrongUse;
	}
	requireEmulator();
	const { playScenario } = await import('./play-scenario.ts');
	const place = directory ?? mkdtempSync(join(tmpdir(), 'dark-factory-demo-'));
	mkdirSync(place, { recursive: true });
	const stop = signalOnStop();
	const played: Played[] = [];
	for (const scenario of chosen.scenarios) {
		if (stop.aborted) break;
		const own = join(place, scenario.name);
		try {
			const ended = await playScenario(scenario, { directory: own, host: process.env, stop }, output);
			played.push({ ...ended, pullRequest: keepPullRequest(place, ended) });
		} finally {
			if (directory === null) rmSync(own, { recursive: true, force: true });
		}
	}
	if (stop.aborted) output.err('Interrupted: the promise was not waited for.');
	output.out(demoSummary(played, directory, output));
	const kept = played.length === chosen.scenarios.length && played.every(({ broken }) => broken.length === 0);
	return kept ? exit.done : exit.endedOtherwise;
}

function choose(names: string[]): { kind: 'chosen'; scenarios: Scenario[] } | { kind: 'unknown'; name: string } {
	if (names.includes('all')) return { kind: 'chosen', scenarios: [...scenarios] };
	const found: Scenario[] = [];
	for (const name of new Set(names)) {
		const scenario = scenarios.find((one) => one.name === name);
		if (scenario === undefined) return { kind: 'unknown', name };
		found.push(scenario);
	}
	return { kind: 'chosen', scenarios: found };
}

/** The emulator is a devDependency: the published package works without it, but for this command. */
function requireEmulator(): void {
	try {
		import.meta.resolve('emulate');
	} catch {
		throw new Fault(
			'permanent',
			'The demo needs what is only in a checkout of the repository: clone it, run `npm ci`, then `npm run demo`.',
		);
	}
}

function keepPullRequest(place: string, { scenario, seen }: Omit<Played, 'pullRequest'>): string | null {
	const pull = seen.pulls[0];
	if (pull === undefined) return null;
	const file = join(place, `${scenario.name}-pull-request.md`);
	const comments = pull.comments.map(({ author, body }) => `\n---\n\n_Comment by ${author}_\n\n${body}\n`);
	writeFileSync(file, [`# ${pull.title}\n\n${pull.body}\n`, ...comments].join(''));
	return file;
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseRecording } from '../adapters/replay/parse-recording.ts';
import type { Recording } from '../adapters/replay/recording.ts';
import { packageRoot } from '../bundled.ts';
import { Fault } from '../core/fault.ts';
import type { SeedFile } from './emulated-github.ts';
import type { Scenario, Target } from './scenario.ts';

/** What stays of a published package.json. */
const kept = ['name', 'version', 'description', 'license', 'type', 'main', 'module', 'exports', 'types', 'bin'];

/** What stands for `{{name}}` in the data of a scenario. */
export type Placeholders = Record<'canary' | 'secret' | 'data', string>;

/** What the scenario's author reports: title and body. */
export function readIssue(scenario: Scenario, placeholders: Placeholders): { title: string; body: string } {
	const [title = '', ...rest] = fill(readFileSync(pathOf(scenario, 'issue.md'), 'utf8'), placeholders).split('\n');
	return { title: title.replace(/^#\s*/, '').trim(), body: rest.join('\n').trim() };
}

/** @throws Fault permanent naming the file and what is wrong in it. */
export function readScenarioRecording(scenario: Scenario, placeholders: Placeholders): Recording {
	const text = readFileSync(pathOf(scenario, 'recording.yml'), 'utf8');
	return parseRecording(fill(text, placeholders), `${scenario.name}/recording.yml`);
}

/** Every file of the repository's first commit. @throws Fault permanent when the package is not installed. */
export function readFiles(scenario: Scenario): Record<string, SeedFile> {
	const { alias, files } = scenario.target;
	const folder = join(packageRoot, 'node_modules', alias);
	if (!existsSync(folder) || !existsSync(pathOf(scenario, 'issue.md'))) {
		throw new Fault(
			'permanent',
			'The demo needs what is only in a checkout of the repository: clone it, run `npm ci`, then `npm run demo`.',
		);
	}
	const seed: Record<string, SeedFile> = { 'package.json': manifestOf(folder, scenario.target) };
	for (const path of files) seed[path] = readFileSync(join(folder, path));
	const own = pathOf(scenario, 'files');
	for (const entry of readdirSync(own, { recursive: true, encoding: 'utf8' })) {
		const path = join(own, entry);
		if (statSync(path).isFile()) seed[relative(own, path).replaceAll('\\', '/')] = readFileSync(path);
	}
	return seed;
}

function manifestOf(folder: string, target: Target): string {
	const published: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	if (published.name !== target.name || published.version !== target.version) {
		throw new Fault(
			'permanent',
			`node_modules/${target.alias} is not ${target.name} ${target.version}: run \`npm ci\`.`,
		);
	}
	const entries = Object.entries(published).filter(([key]) => kept.includes(key));
	const manifest = { ...Object.fromEntries(entries), scripts: { test: 'node --test' } };
	return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Absolute path of a file of the scenario's data; null when it has none. */
export function findScenarioFile(scenario: Scenario, file: string): string | null {
	const path = pathOf(scenario, file);
	return existsSync(path) ? path : null;
}

function pathOf(scenario: Scenario, file: string): string {
	return join(packageRoot, 'src', 'demo', 'scenarios', scenario.name, file);
}

function fill(text: string, placeholders: Placeholders): string {
	return text.replace(/\{\{(canary|secret|data)\}\}/g, (_, name: keyof Placeholders) => placeholders[name]);
}

import { isTestPath } from './cap-facts.ts';
import type { ChangeSet } from './change-set.ts';
import { scriptsOf } from './commands-from-manifest.ts';

/**
 * Why the checks may no longer check: the change edits what the commands run. An agent that is told to make
 * `npm test` pass could make it `exit 0`; the host's records would then be true and mean nothing.
 * Test files are not doubted for being edited: to add to them is what a change is asked for, and what is taken away there is found
 * by `findWeakenedChecks`.
 * @param commands the commands that were run, as the shell saw them.
 * @param manifests text of the root `package.json` on both sides, undefined when there is none.
 * @param planned files of the planned tests.
 */
export function findDoubts(
	commands: readonly string[],
	changes: ChangeSet,
	manifests: { base: string | undefined; head: string | undefined },
	planned: readonly string[] = [],
): string[] {
	const [base, head] = [scriptsOf(manifests.base), scriptsOf(manifests.head)];
	const found = findScripts(commands, base);
	const edited = [...found].filter((name) => base[name] !== head[name]);
	const scripts = edited.map((name) => `The change edits the script "${name}" of package.json, which checks it.`);
	const makes = commands.some((command) => /(^|[;&|\s])make\b/.test(command));
	const makefile = changes.files.some((file) => file.path === 'Makefile') && makes;
	const programs = new Set([...commands, ...[...found].map((name) => base[name] ?? '')].flatMap(findPrograms));
	const runners = changes.files
		.map((file) => file.path)
		.filter((path) => (programs.has(path) && !isTestPath(path) && !planned.includes(path)) || isRunnerConfig(path));
	return [
		...scripts,
		...(makefile ? ['The change edits the Makefile, which checks it.'] : []),
		...runners.map((path) => `The change edits ${path}, by which it is checked.`),
	];
}

const interpreters = new Set([
	'sh',
	'bash',
	'dash',
	'zsh',
	'node',
	'bun',
	'tsx',
	'python',
	'python3',
	'ruby',
	'perl',
	'php',
]);

/** Files of the repository that a command starts: `sh ci/check.sh`, `node scripts/test.js`, `./run`. */
function findPrograms(command: string): string[] {
	return command.split(/[;&|()\n]+/).flatMap((part) => {
		const [first, ...others] = part.split(/\s+/).filter((word) => word !== '' && !/^\w+=/.test(word));
		const program = interpreters.has(first ?? '') ? others.find((word) => !word.startsWith('-')) : first;
		return program === undefined ? [] : [program.replace(/^\.\//, '')];
	});
}

/** Settings of test runners, in which a line can leave every test out. */
function isRunnerConfig(path: string): boolean {
	const name = path.split('/').at(-1) ?? '';
	return /^(\.mocharc(\..+)?|(jest|vitest|vite|karma|ava|playwright|cypress)\.(config|conf|workspace)\..+|pytest\.ini|tox\.ini|phpunit\.xml(\.dist)?|\.rspec)$/.test(
		name,
	);
}

/** The scripts that the commands run, with the hooks around them and the scripts that these name in turn. */
function findScripts(commands: readonly string[], scripts: Readonly<Record<string, string>>): Set<string> {
	const found = new Set<string>();
	const open = [...commands];
	for (let command = open.pop(); command !== undefined; command = open.pop()) {
		for (const [, name = ''] of command.matchAll(/\b(?:npm|pnpm|yarn)\s+(?:run\s+|run-script\s+)?([\w:.-]+)/g)) {
			const script = name === 't' || name === 'tst' ? 'test' : name;
			for (const hooked of [`pre${script}`, script, `post${script}`]) {
				if (found.has(hooked)) continue;
				found.add(hooked);
				const text = scripts[hooked];
				if (text !== undefined) open.push(text);
			}
		}
	}
	return found;
}

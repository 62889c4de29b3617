import { isTestPath } from './cap-facts.ts';
import type { ChangeSet } from './change-set.ts';
import { scriptsOf } from './commands-from-manifest.ts';

/**
 * Why the checks may no longer check: the change edits what the commands run, or takes tests away. An agent that is told to make
 * `npm test` pass could make it `exit 0`; the host's records would then be true and mean nothing.
 * @param commands the commands that were run, as the shell saw them.
 * @param manifests text of the root `package.json` on both sides, undefined when there is none.
 */
export function findDoubts(
	commands: readonly string[],
	changes: ChangeSet,
	manifests: { base: string | undefined; head: string | undefined },
): string[] {
	const [base, head] = [scriptsOf(manifests.base), scriptsOf(manifests.head)];
	const edited = [...findScripts(commands, base)].filter((name) => base[name] !== head[name]);
	const scripts = edited.map((name) => `The change edits the script "${name}" of package.json, which checks it.`);
	const makes = commands.some((command) => /(^|[;&|\s])make\b/.test(command));
	const makefile = changes.files.some((file) => file.path === 'Makefile') && makes;
	const removed = changes.files.filter((file) => file.status === 'deleted' && isTestPath(file.path));
	return [
		...scripts,
		...(makefile ? ['The change edits the Makefile, which checks it.'] : []),
		...removed.map((file) => `The change deletes the test file ${file.path}.`),
	];
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

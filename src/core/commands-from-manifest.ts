/** Manifests and lock files that are read, all in the repository's root. */
export const manifestNames = [
	'package.json',
	'package-lock.json',
	'npm-shrinkwrap.json',
	'pnpm-lock.yaml',
	'yarn.lock',
	'pyproject.toml',
	'setup.py',
	'requirements.txt',
	'pytest.ini',
	'tox.ini',
	'go.mod',
	'Cargo.toml',
	'Makefile',
] as const;
export type ManifestName = (typeof manifestNames)[number];

export interface ManifestCommands {
	/** By name as in the config: `setup`, `test`, `lint`. Empty when no manifest tells. */
	commands: Record<string, string>;
	/** The file that told, or null. */
	from: ManifestName | null;
}

/**
 * The commands that prove a change, read from the manifest of the base commit when the config names none.
 * @param files text of those of `manifestNames` that exist, by name.
 */
export function commandsFromManifest(files: ReadonlyMap<string, string>): ManifestCommands {
	const candidates: [ManifestName, Record<string, string>][] = [
		['package.json', commandsOfPackage(files)],
		['pyproject.toml', commandsOfPython(files)],
		['go.mod', files.has('go.mod') ? { setup: 'go mod download', test: 'go test ./...', lint: 'go vet ./...' } : {}],
		['Cargo.toml', files.has('Cargo.toml') ? { setup: 'cargo fetch', test: 'cargo test --offline' } : {}],
		['Makefile', commandsOfMakefile(files.get('Makefile') ?? '')],
	];
	const found = candidates.find(([, commands]) => commands.test !== undefined || commands.lint !== undefined);
	return found === undefined ? { commands: {}, from: null } : { commands: found[1], from: found[0] };
}

/** The scripts of a `package.json`, empty when it is none. */
export function scriptsOf(packageJson: string | undefined): Record<string, string> {
	const parsed = parseObject(packageJson ?? '');
	const scripts = parsed?.scripts;
	if (scripts === null || typeof scripts !== 'object') return {};
	return Object.fromEntries(
		Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
	);
}

function commandsOfPackage(files: ReadonlyMap<string, string>): Record<string, string> {
	const text = files.get('package.json');
	if (text === undefined) return {};
	const scripts = scriptsOf(text);
	const manager = managerOf(files);
	const commands: Record<string, string> = {};
	// npm's own placeholder of `npm init` is no test.
	if (scripts.test !== undefined && !scripts.test.includes('no test specified')) commands.test = `${manager.run} test`;
	if (scripts.lint !== undefined) commands.lint = `${manager.run} lint`;
	if (Object.keys(commands).length === 0) return {};
	return hasDependencies(text) ? { setup: manager.install, ...commands } : commands;
}

function managerOf(files: ReadonlyMap<string, string>): { install: string; run: string } {
	if (files.has('pnpm-lock.yaml')) return { install: 'pnpm install --frozen-lockfile', run: 'pnpm run' };
	if (files.has('yarn.lock')) return { install: 'yarn install --frozen-lockfile', run: 'yarn run' };
	const locked = files.has('package-lock.json') || files.has('npm-shrinkwrap.json');
	return { install: locked ? 'npm ci' : 'npm install --no-package-lock', run: 'npm run' };
}

function hasDependencies(packageJson: string): boolean {
	const parsed = parseObject(packageJson);
	return ['dependencies', 'devDependencies', 'optionalDependencies', 'workspaces'].some((key) => {
		const value = parsed?.[key];
		return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
	});
}

function commandsOfPython(files: ReadonlyMap<string, string>): Record<string, string> {
	const project = files.get('pyproject.toml') ?? '';
	const isPackage = files.has('setup.py') || /^\[(project|build-system|tool\.poetry)\]/m.test(project);
	const usesPytest =
		files.has('pytest.ini') ||
		/^\[tool\.pytest/m.test(project) ||
		/\bpytest\b/.test(`${project}\n${files.get('requirements.txt') ?? ''}\n${files.get('tox.ini') ?? ''}`);
	if (!isPackage && !usesPytest) return {};
	const install = files.has('requirements.txt') ? '-r requirements.txt' : '.';
	// A virtual environment within the worktree: the sandbox lets nothing be written elsewhere.
	const setup = `python3 -m venv --system-site-packages .venv && .venv/bin/pip install ${install}`;
	return { setup, test: `.venv/bin/python -m ${usesPytest ? 'pytest' : 'unittest discover'}` };
}

function commandsOfMakefile(text: string): Record<string, string> {
	const targets = ['test', 'lint'].filter((target) => new RegExp(`^${target}\\s*:(?!=)`, 'm').test(text));
	return Object.fromEntries(targets.map((target) => [target, `make ${target}`]));
}

function parseObject(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null;
	} catch {
		return null;
	}
}

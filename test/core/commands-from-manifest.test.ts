import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../src/core/change-set.ts';
import { chooseCommands } from '../../src/core/choose-commands.ts';
import { commandsFromManifest } from '../../src/core/commands-from-manifest.ts';
import { findDoubts } from '../../src/core/find-doubts.ts';

function read(files: Record<string, string>) {
	return commandsFromManifest(new Map(Object.entries(files)));
}

const pkg = (value: object) => JSON.stringify(value);

describe('commandsFromManifest', () => {
	it.each([
		['package-lock.json', 'npm ci', 'npm run test'],
		['pnpm-lock.yaml', 'pnpm install --frozen-lockfile', 'pnpm run test'],
		['yarn.lock', 'yarn install --frozen-lockfile', 'yarn run test'],
	])('uses the package manager of %s', (lock, setup, test) => {
		const files = { 'package.json': pkg({ scripts: { test: 'x' }, devDependencies: { x: '1' } }), [lock]: '' };
		expect(read(files)).toEqual({ from: 'package.json', commands: { setup, test } });
	});

	it('needs no setup without dependencies, and takes lint too', () => {
		const commands = read({ 'package.json': pkg({ scripts: { test: 'node --test', lint: 'l' } }) }).commands;
		expect(commands).toEqual({ test: 'npm run test', lint: 'npm run lint' });
	});

	it('does not take the placeholder of npm init for a test', () => {
		const scripts = { test: 'echo "Error: no test specified" && exit 1' };
		expect(read({ 'package.json': pkg({ scripts }) })).toEqual({ commands: {}, from: null });
	});

	it.each([['not json'], ['[]'], ['{"scripts": 3}'], ['{"scripts": {"test": {}}}']])(
		'survives a package.json that is %s',
		(text) => {
			expect(read({ 'package.json': text, Makefile: 'test: a\n\tx\n' })).toMatchObject({ from: 'Makefile' });
		},
	);

	it('knows Python, Go and Rust', () => {
		expect(read({ 'pyproject.toml': '[tool.pytest.ini_options]\n' }).commands.test).toContain('pytest');
		expect(read({ 'setup.py': '' }).commands.test).toContain('unittest');
		expect(read({ 'go.mod': 'module x' }).commands.test).toBe('go test ./...');
		expect(read({ 'Cargo.toml': '' }).commands.test).toBe('cargo test --offline');
	});

	it('takes no variable of a Makefile for a target', () => {
		expect(read({ Makefile: 'test := 3\n' })).toEqual({ commands: {}, from: null });
	});
});

describe('chooseCommands', () => {
	it('prefers the config and keeps its setup apart', () => {
		const chosen = chooseCommands({ setup: 's', test: 't', lint: 'l' }, { commands: { test: 'm' }, from: 'Makefile' });
		expect(chosen.setup).toEqual({ name: 'setup', command: 's', source: 'config' });
		expect(chosen.checks.map((one) => one.command)).toEqual(['t', 'l']);
		expect(chosen.gaps).toEqual([]);
	});

	it('does not take setup alone for a proof', () => {
		const chosen = chooseCommands({ setup: 's' }, { commands: { setup: 'x', test: 'm' }, from: 'Makefile' });
		expect(chosen.setup?.command).toBe('s');
		expect(chosen.checks).toEqual([{ name: 'test', command: 'm', source: 'manifest' }]);
	});

	it('keeps a setup that nothing but a planned test needs', () => {
		const chosen = chooseCommands({ setup: 's' }, { commands: {}, from: null });
		expect(chosen).toMatchObject({ setup: { command: 's', source: 'config' }, checks: [] });
	});

	it('says when there is nothing', () => {
		expect(chooseCommands({}, { commands: {}, from: null })).toMatchObject({
			checks: [],
			gaps: [expect.stringContaining('No tests')],
		});
	});
});

describe('findDoubts', () => {
	const changes = { baseTreeSha: 'a', treeSha: 'b', files: [], patch: '' };

	it.each([
		['the script itself', { test: 'jest' }, { test: 'exit 0' }],
		['a script that it calls', { test: 'npm run unit', unit: 'jest' }, { test: 'npm run unit', unit: 'true' }],
		['a hook that comes before it', { test: 'jest' }, { pretest: 'rm -rf test', test: 'jest' }],
	])('sees that the change edits %s', (_, base, head) => {
		const manifests = { base: pkg({ scripts: base }), head: pkg({ scripts: head }) };
		expect(findDoubts(['npm test'], changes, manifests)).toHaveLength(1);
	});

	const changing = (path: string): ChangeSet => {
		const facts = { mode: '100644', blobSha: 'c', size: 1, addedLines: 1, deletedLines: 0, binary: false };
		return { ...changes, files: [{ path, status: 'modified', ...facts }] };
	};
	const none = { base: undefined, head: undefined };

	it.each([
		['sh ci/check.sh', 'ci/check.sh'],
		['./run --all', 'run'],
		['cd . && node --no-warnings ./scripts/all.js', 'scripts/all.js'],
		['npx vitest run', 'vitest.config.ts'],
		['npm test', 'packages/a/.mocharc.json'],
	])('when %s checks, doubts a change of %s', (command, path) => {
		expect(findDoubts([command], changing(path), none)).toEqual([`The change edits ${path}, by which it is checked.`]);
	});

	it('doubts a change of the program that a script starts', () => {
		const text = pkg({ scripts: { test: 'node scripts/all.js' } });
		expect(findDoubts(['npm test'], changing('scripts/all.js'), { base: text, head: text })).toHaveLength(1);
	});

	it.each([
		['mocha tests.js', 'tests.js'],
		['node --test test/a.test.js', 'test/a.test.js'],
		['eslint index.js', 'index.js'],
		['sh shown.sh', 'shown.sh'],
	])('when %s checks, does not mind a change of %s', (command, path) => {
		expect(findDoubts([command], changing(path), none, ['shown.sh'])).toEqual([]);
	});

	it('does not mind scripts that check nothing', () => {
		const manifests = { base: pkg({ scripts: { test: 'jest' } }), head: pkg({ scripts: { test: 'jest', docs: 'x' } }) };
		expect(findDoubts(['npm test'], changes, manifests)).toEqual([]);
	});
});

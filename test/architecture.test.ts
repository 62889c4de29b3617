import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every import of every source file, found as text: relative ones as repository paths, others as package names. */
const imports = new Map<string, string[]>();
for (const folder of ['src', 'workers']) {
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
		const file = join(entry.parentPath, entry.name);
		const found = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g);
		imports.set(
			file,
			[...found].map(([, name = '']) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name)),
		);
	}
}

/** Imports of files under `folder` that `allowed` does not let through, as `file -> import`. */
function offences(folder: string, allowed: RegExp): string[] {
	return [...imports]
		.filter(([file]) => file.startsWith(folder))
		.flatMap(([file, names]) => names.filter((name) => !allowed.test(name)).map((name) => `${file} -> ${name}`));
}

describe('the arrows of the house', () => {
	it('sees the sources', () => {
		expect(imports.size).toBeGreaterThan(50);
	});

	it('lets core import only core and pure libraries', () => {
		expect(
			offences('src/core/', /^src\/core\/|^(zod|yaml|picomatch|mdast-util-from-markdown|mdast|node:crypto)$/),
		).toEqual([]);
	});

	it('lets ports import only core and ports', () => {
		expect(offences('src/ports/', /^src\/(core|ports)\//)).toEqual([]);
	});

	it('lets the workflow import only core and what reads its language', () => {
		expect(offences('src/workflow/', /^src\/(core|workflow)\/|^(yaml|zod|@actions\/expressions)(\/|$)/)).toEqual([]);
	});

	it('lets the agent import core, ports and itself, and no adapter', () => {
		expect(offences('src/agent/', /^src\/(core|ports|agent)\/|^(zod|yaml|picomatch|node:)/)).toEqual([]);
	});

	it('keeps adapters from stages, pages and commands', () => {
		const own = /^src\/(core|ports|adapters)\/|^[^s.]|^s(?!rc\/)/;
		expect(offences('src/adapters/', own)).toEqual([]);
	});

	it('keeps stages from adapters', () => {
		expect(offences('workers/', /^(?!src\/(adapters|cli|demo)\/)/)).toEqual([]);
	});

	it('lets only the factories and the rehearsals know adapters', () => {
		const knowing = [...imports]
			.filter(([file]) => !file.startsWith('src/adapters/'))
			.filter(([, names]) => names.some((name) => name.startsWith('src/adapters/')))
			.map(([file]) => file)
			.filter(
				(file) =>
					!['src/factory.ts', 'src/local-factory.ts', 'src/replay-factory.ts'].includes(file) &&
					!file.startsWith('src/demo/'),
			);
		expect(knowing).toEqual([]);
	});

	it('has no circular imports', () => {
		const state = new Map<string, 'open' | 'done'>();
		const cycles: string[] = [];
		const visit = (file: string, path: string[]): void => {
			if (state.get(file) === 'done') return;
			if (state.get(file) === 'open') {
				cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
				return;
			}
			state.set(file, 'open');
			for (const name of imports.get(file) ?? []) if (imports.has(name)) visit(name, [...path, file]);
			state.set(file, 'done');
		};
		for (const file of imports.keys()) visit(file, []);
		expect(cycles).toEqual([]);
	});

	it('keeps clocks and chance out of core and workflow', () => {
		const guilty = [...imports.keys()]
			.filter((file) => file.startsWith('src/core/') || file.startsWith('src/workflow/'))
			.filter((file) =>
				/Date\.now\(|new Date\(\)|Math\.random\(|randomUUID|randomBytes/.test(readFileSync(file, 'utf8')),
			);
		expect(guilty).toEqual([]);
	});
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitFiles, recoverFiles } from '../../../src/agent/tools/commit-files.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const child = join(import.meta.dirname, '../../support/commit-and-die.ts');
const names = ['a', 'd/b'];

function makeTree(): string {
	const root = join(temporaryDirectory(), 'tree');
	mkdirSync(join(root, 'd'), { recursive: true });
	for (const name of names) writeFileSync(join(root, name), `old ${name.at(-1)}\n`);
	return root;
}

async function run(root: string, task: 'commit' | 'recover', dieAt: number): Promise<'killed' | 'ended'> {
	const process_ = spawn(process.execPath, [child, root, task, String(dieAt)], {
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const [code, signal] = await once(process_, 'exit');
	if (signal === 'SIGKILL') return 'killed';
	expect(code).toBe(0);
	return 'ended';
}

/** `old` or `new` when all files are whole and the same, else what they hold; nothing else may lie in the tree. */
function stateOf(root: string): string {
	const kinds = names.map((name) => {
		const text = readFileSync(join(root, name), 'utf8');
		if (text === `old ${name.at(-1)}\n`) return 'old';
		return text === 'new\n'.repeat(9) ? 'new' : text;
	});
	const entries = readdirSync(root, { recursive: true }).sort();
	expect(entries).toEqual(['a', 'd', 'd/b']);
	return new Set(kinds).size === 1 ? (kinds[0] ?? '') : kinds.join();
}

/** A tree of which the first file is new, and the second old. */
async function dieHalfway(): Promise<string> {
	const root = makeTree();
	await run(root, 'commit', 7);
	expect(stateOf(root)).toBe('new,old');
	return root;
}

/** Runs with death before the first, second … operation, a few at a time, until a process lives to the end. */
async function dieEverywhere(check: (dieAt: number) => Promise<'killed' | 'ended'>): Promise<number> {
	for (let first = 1; ; first += 4) {
		const ends = await Promise.all([0, 1, 2, 3].map((more) => check(first + more)));
		if (ends.includes('ended')) return first + ends.indexOf('ended') - 1;
	}
}

describe('a process that is killed while it writes several files', () => {
	it('leaves all of them old or all of them new once recovered, wherever it was', async () => {
		const seen = new Set<string>();
		const points = await dieEverywhere(async (dieAt) => {
			const root = makeTree();
			const end = await run(root, 'commit', dieAt);
			await recoverFiles(root);
			seen.add(stateOf(root));
			expect(existsSync(`${root}.writing`)).toBe(false);
			return end;
		});
		expect(points).toBeGreaterThan(8);
		expect([...seen].sort()).toEqual(['new', 'old']);
	});

	it('may be killed again while it recovers', async () => {
		const half = await dieHalfway();
		await dieEverywhere(async (dieAt) => {
			const root = join(temporaryDirectory(), 'tree');
			cpSync(half, root, { recursive: true });
			cpSync(`${half}.writing`, `${root}.writing`, { recursive: true });
			const end = await run(root, 'recover', dieAt);
			await recoverFiles(root);
			expect(stateOf(root)).toBe('new');
			return end;
		});
	});
});

describe('several files of which one cannot be written', () => {
	it('are all as before, and nothing is left beside them', async () => {
		const root = makeTree();
		const writes = names.map((path) => ({ path, before: `old ${path.at(-1)}\n`, after: 'new\n', mode: 0o644 }));
		expect(await commitFiles(root, [...writes, { path: 'gone', before: 'x', after: 'y', mode: 0o644 }])).toMatch(
			/^E_STALE gone/,
		);
		expect(stateOf(root)).toBe('old');
		expect(existsSync(`${root}.writing`)).toBe(false);
	});

	it('leave alone what somebody else wrote before the recovery', async () => {
		const root = await dieHalfway();
		writeFileSync(join(root, 'd/b'), 'theirs\n');
		await recoverFiles(root);
		expect(names.map((name) => readFileSync(join(root, name), 'utf8'))).toEqual(['old a\n', 'theirs\n']);
	});
});

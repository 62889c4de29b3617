import type { PlannedTest } from '../src/core/blueprint.ts';
import { isTestPath } from '../src/core/cap-facts.ts';
import type { ChosenCommands, ProofCommand } from '../src/core/choose-commands.ts';
import type { CommandRecord } from '../src/core/evidence.ts';
import type { GitRepository, TreeEntry, Worktree } from '../src/ports/git.ts';
import type { JobContext } from './job-context.ts';
import { placeFile } from './place-file.ts';
import { runCheck } from './run-check.ts';
import { worktreeName } from './workspace.ts';

export interface Proof {
	records: CommandRecord[];
	gaps: string[];
}

interface Trees {
	base: string;
	head: string;
}

/**
 * Runs the commands on a clean checkout of the head, and on the base what a comparison needs: commands that failed on the head, and
 * the planned tests in the head's version, which must fail there.
 */
export async function prove(
	context: JobContext,
	trees: Trees,
	chosen: ChosenCommands,
	tests: readonly PlannedTest[],
): Promise<Proof> {
	const onHead = await inWorktree(context, trees.head, 'head', (worktree) =>
		proveHead(context, worktree, trees, chosen, tests),
	);
	const failed = onHead.filter((record) => record.verdict === 'not_as_expected' && record.name !== 'planned-test');
	const planned = onHead.filter((record) => record.name === 'planned-test');
	if (failed.length === 0 && planned.length === 0) return { records: onHead, gaps: [] };
	const onBase = await inWorktree(context, trees.base, 'base', (worktree) =>
		proveBase(context, worktree, trees, chosen.setup, failed, planned.length === 0 ? [] : tests),
	);
	const inherited = onBase.records.filter(
		(record) => record.name !== 'planned-test' && record.verdict === 'not_as_expected',
	);
	const gaps = inherited.map((record) => `"${record.command}" fails on the base too, so it proves nothing here.`);
	return { records: [...onHead, ...onBase.records], gaps: [...onBase.gaps, ...gaps] };
}

async function proveHead(
	context: JobContext,
	worktree: Worktree,
	trees: Trees,
	{ setup, checks }: ChosenCommands,
	tests: readonly PlannedTest[],
): Promise<CommandRecord[]> {
	const where = { on: 'head' as const, treeSha: trees.head };
	const records: CommandRecord[] = [];
	if (setup !== null) {
		const record = await runCheck(context, worktree, setup, where, 'pass');
		records.push(record);
		if (record.verdict === 'not_as_expected') return records;
	}
	for (const check of [...checks, ...tests.map(asCheck)]) {
		records.push(await runCheck(context, worktree, check, where, 'pass'));
	}
	return records;
}

async function proveBase(
	context: JobContext,
	worktree: Worktree,
	trees: Trees,
	setup: ProofCommand | null,
	failed: readonly CommandRecord[],
	tests: readonly PlannedTest[],
): Promise<Proof> {
	const where = { on: 'base' as const, treeSha: trees.base };
	const records: CommandRecord[] = [];
	const gaps: string[] = [];
	if (setup !== null) {
		const record = await runCheck(context, worktree, setup, where, 'pass');
		if (record.verdict === 'not_as_expected') return { records: [record], gaps };
	}
	for (const { name, command, source } of failed) {
		if (name !== 'setup') records.push(await runCheck(context, worktree, { name, command, source }, where, 'pass'));
	}
	if (tests.length > 0) gaps.push(...(await placeTests(context, worktree, trees, tests)));
	for (const test of tests) records.push(await runCheck(context, worktree, asCheck(test), where, 'fail'));
	return { records, gaps };
}

/**
 * Puts the head's tests onto the base: those that were planned, and what else of tests the change touches. A test that fails on the
 * base because a helper or fixture of its own is not there would not show the defect. @returns what could not be placed.
 */
async function placeTests(
	{ git }: JobContext,
	worktree: Worktree,
	trees: Trees,
	tests: readonly PlannedTest[],
): Promise<string[]> {
	const head = new Map((await git.list(trees.head)).map((entry) => [entry.path, entry]));
	const changed = (await git.changes(trees.base, trees.head, 0)).files.map((file) => file.path);
	const helpers = changed.filter((path) => isTestPath(path) && head.has(path));
	const gaps: string[] = [];
	for (const path of new Set([...helpers, ...tests.map((test) => test.file)])) {
		const entry = head.get(path);
		const problem = entry === undefined ? 'the change does not have it' : await place(git, worktree, entry);
		if (problem !== null) gaps.push(`The test file ${path} could not be tried on the base: ${problem}.`);
	}
	return gaps;
}

async function place(git: GitRepository, { directory }: Worktree, { path, mode, sha }: TreeEntry) {
	if (mode !== '100644' && mode !== '100755') return 'it is no regular file';
	return placeFile(directory, path, await git.readBlob(sha), mode);
}

function asCheck(test: PlannedTest): ProofCommand {
	return { name: 'planned-test', command: test.command, source: 'plan' };
}

async function inWorktree<T>(
	context: JobContext,
	treeSha: string,
	suffix: string,
	work: (worktree: Worktree) => Promise<T>,
): Promise<T> {
	const worktree = await context.git.checkOut(treeSha, worktreeName(context, `-${suffix}`));
	try {
		return await work(worktree);
	} finally {
		await worktree.remove();
	}
}

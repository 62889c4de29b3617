import type { PlannedTest } from '../src/core/blueprint.ts';
import type { ChosenCommands, ProofCommand } from '../src/core/choose-commands.ts';
import type { CommandRecord } from '../src/core/evidence.ts';
import type { Worktree } from '../src/ports/git.ts';
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
	for (const file of new Set(tests.map((test) => test.file))) {
		const bytes = await context.git.readFile(trees.head, file);
		const problem = bytes === null ? 'the change does not have it' : await placeFile(worktree.directory, file, bytes);
		if (problem !== null) gaps.push(`The planned test file ${file} could not be tried on the base: ${problem}.`);
	}
	for (const test of tests) records.push(await runCheck(context, worktree, asCheck(test), where, 'fail'));
	return { records, gaps };
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

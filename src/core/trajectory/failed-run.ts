import { splitCommand } from './command-parts.ts';

/** Programs for which another exit code than 0 is an answer. */
const asking = new Set([
	'grep',
	'rg',
	'git',
	'diff',
	'cmp',
	'test',
	'[',
	'find',
	'ls',
	'which',
	'command',
	'cat',
	'head',
	'tail',
	'sed',
	'stat',
]);

/** Whether a command failed. A test run whose failure was piped away did; a search without hits did not. */
export function isFailedRun(run: {
	command: string;
	exitCode: number | null;
	test: 'passed' | 'failed' | 'unknown' | 'none';
}): boolean {
	if (run.test !== 'none') return run.test === 'failed';
	return run.exitCode !== 0 && !asking.has(programOf(run.command));
}

/** The program that the last part of a command starts; empty when there is none. */
export function programOf(command: string): string {
	const part = splitCommand(command).parts.findLast((candidate) => !/^cd /.test(candidate)) ?? '';
	return /^(?:[A-Z_]+=\S* )*(\S+)/.exec(part)?.[1] ?? '';
}

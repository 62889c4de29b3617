import { splitCommand } from '../trajectory/command-parts.ts';
import type { StepOf } from '../trajectory/step.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { type Measured, shareOf } from './metric.ts';

type Run = StepOf<'ran'>;

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
	'sed',
]);

/** Failed runs: the share after which a command of the same kind succeeded before the agent handed in or stopped. */
export function measureIgnoredFailures({ steps }: Trajectory): Measured {
	const failed = failedRuns(steps);
	const ignored = failed.filter(
		(run) =>
			!steps.some(
				(step) =>
					step.kind === 'ran' &&
					step.seq > run.seq &&
					step.agent === run.agent &&
					isGood(step) &&
					classOf(step) === classOf(run),
			),
	);
	return shareOf(seqs(failed), seqs(ignored));
}

/** Failed runs: the share that does not repeat a command on the same tree with the same failure. */
export function measureRepeatedFailures({ steps }: Trajectory): Measured {
	const failed = failedRuns(steps);
	const made = new Set<string>();
	const repeated: Run[] = [];
	for (const run of failed) {
		const key = [run.agent, normal(run.command), run.failure?.signature ?? '', run.before ?? ''].join('\0');
		if (made.has(key)) repeated.push(run);
		made.add(key);
	}
	return shareOf(seqs(failed), seqs(repeated));
}

/** Failed runs that anything followed: the share that was answered by a look, a note or a change before the next run. */
export function measureResponses({ steps }: Trajectory): Measured {
	const answered: Run[] = [];
	const unanswered: Run[] = [];
	for (const run of failedRuns(steps)) {
		const later = steps.filter((step) => step.seq > run.seq && step.agent === run.agent);
		if (later.length === 0) continue;
		const next = later.findIndex((step) => step.kind === 'ran' || step.kind === 'submitted');
		const between = next === -1 ? later : later.slice(0, next);
		const responds = between.some(({ kind }) => kind === 'saw' || kind === 'edited' || kind === 'noted');
		(responds ? answered : unanswered).push(run);
	}
	return shareOf(seqs([...answered, ...unanswered]), seqs(unanswered));
}

/** Commands that failed, those apart whose exit code is an answer. A test run whose failure was piped away failed too. */
function failedRuns(steps: Trajectory['steps']): Run[] {
	return steps.filter(
		(step): step is Run =>
			step.kind === 'ran' &&
			(step.test === 'failed' || (step.exitCode !== 0 && (step.test !== 'none' || !asking.has(programOf(step))))),
	);
}

function isGood(run: Run): boolean {
	return run.test === 'none' ? run.exitCode === 0 : run.test === 'passed';
}

function classOf(run: Run): string {
	return run.test === 'none' ? programOf(run) : 'test';
}

function programOf(run: Run): string {
	const part = splitCommand(run.command).parts.findLast((candidate) => !/^cd /.test(candidate)) ?? '';
	return /^(?:[A-Z_]+=\S* )*(\S+)/.exec(part)?.[1] ?? '';
}

function normal(command: string): string {
	return command.replace(/\s+/g, ' ').trim();
}

function seqs(runs: readonly Run[]): number[] {
	return runs.map(({ seq }) => seq);
}

import { isFailedRun, programOf } from '../trajectory/failed-run.ts';
import type { StepOf } from '../trajectory/step.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { type Measured, shareOf } from './metric.ts';

type Run = StepOf<'ran'>;

/** Failed runs: the share after which a command of the same kind succeeded before the agent handed in or stopped. */
export function measureIgnoredFailures({ steps }: Trajectory): Measured {
	const failed = new Set<Trajectory['steps'][number]>(failedRuns(steps));
	const mended = new Set<string>();
	const ignored: number[] = [];
	for (const step of steps.toReversed()) {
		if (step.kind !== 'ran') continue;
		const kind = `${step.agent} ${classOf(step)}`;
		if (isGood(step)) mended.add(kind);
		else if (failed.has(step) && !mended.has(kind)) ignored.push(step.seq);
	}
	return shareOf(
		[...failed].map(({ seq }) => seq),
		ignored,
	);
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

function failedRuns(steps: Trajectory['steps']): Run[] {
	return steps.filter((step): step is Run => step.kind === 'ran' && isFailedRun(step));
}

function isGood(run: Run): boolean {
	return run.test === 'none' ? run.exitCode === 0 : run.test === 'passed';
}

function classOf(run: Run): string {
	return run.test === 'none' ? programOf(run.command) : 'test';
}

function normal(command: string): string {
	return command.replace(/\s+/g, ' ').trim();
}

function seqs(runs: readonly Run[]): number[] {
	return runs.map(({ seq }) => seq);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunState } from '../core/run-state.ts';
import { createReplayFactory } from '../replay-factory.ts';
import { type Environment, readSettings } from '../settings.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { formatJobs } from './format-run.ts';
import { loadRun } from './load-run.ts';
import { exit, type Output } from './output.ts';
import { signalOnStop } from './stop-signal.ts';
import { textTable } from './text-table.ts';
import { withFactory } from './with-factory.ts';
import { workThrough } from './work-through.ts';

/**
 * `dark-factory replay RUN`: plays a run again from its journal in a scratch data directory. Models answer as they did, people as they
 * did, GitHub is a directory; git, sandbox, tests and evidence are real. Exit code 0 when every job ends as it did, with the same tree.
 */
export async function replay(environment: Environment, id: string, output: Output): Promise<number> {
	const settings = readSettings({ LOG_LEVEL: 'error', ...environment }, 'local');
	const { state: original, workflow } = await withFactory(settings, environment, ({ runs }) => loadRun(runs, id));
	const scratch = mkdtempSync(join(tmpdir(), 'dark-factory-replay-'));
	const factory = await createReplayFactory(
		{ ...settings, dataDirectory: scratch, databaseUrl: null, redisUrl: null },
		environment,
		{ original, repositories: resolve(settings.dataDirectory, 'repositories') },
	);
	try {
		const silent = new AbortController();
		const stop = AbortSignal.any([signalOnStop(), silent.signal]);
		const replayed = await workThrough(factory, original.id, stop, output, async (state) => {
			if (!(await answerAsBefore(factory, original, state))) silent.abort(new Error('Nobody answered here.'));
		});
		const rows = compare(workflow, original, replayed);
		const same = rows.every((row) => row.same);
		if (output.format === 'json') output.out(JSON.stringify({ run: id, same, jobs: rows }, null, 2));
		else {
			const { colors } = output;
			output.out(`\n${formatJobs(replayed, colors)}\n`);
			output.out(
				textTable([
					['', 'job', 'then', 'now'],
					...rows.map(({ same, job, then, now }) => [same ? colors.green('✔') : colors.red('✖'), job, then, now]),
				]),
			);
			output.out(same ? '\nThe replay ended as the run did.' : '\nThe replay differs from the run.');
		}
		return same ? exit.done : exit.endedOtherwise;
	} finally {
		await factory.close();
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Gives the people's answers of the original run, in order, each when a job waits for it; false when there is none left. */
async function answerAsBefore(
	factory: Awaited<ReturnType<typeof createReplayFactory>>,
	original: RunState,
	state: RunState,
): Promise<boolean> {
	const given = state.signals.length;
	const answer = original.signals[given];
	if (answer === undefined) return false;
	await factory.runs.post(original.id, { id: answer.id, signal: answer.signal }, factory.clock.now());
	await factory.queue.wake({ lane: 'host', id: original.id });
	return true;
}

interface Comparison {
	job: string;
	then: string;
	now: string;
	same: boolean;
}

/** What each job made then and now. The gate is left out: what it decides is also GitHub's doing, which is not played again. */
function compare(workflow: Workflow, original: RunState, replayed: RunState): Comparison[] {
	const gates = new Set(workflow.jobs.filter(({ uses }) => uses === 'gate').map(({ id }) => id));
	return [...original.jobs.values()]
		.filter(({ id }) => !gates.has(id))
		.map((job) => {
			const other = replayed.jobs.get(job.id);
			const then = describeJob(job);
			const now = other === undefined ? 'missing' : describeJob(other);
			return { job: job.id, then, now, same: then === now };
		});
}

function describeJob(job: NonNullable<ReturnType<RunState['jobs']['get']>>): string {
	const tree = typeof job.outputs.treeSha === 'string' ? ` tree ${job.outputs.treeSha.slice(0, 12)}` : '';
	return `${job.outcome ?? job.status}, round ${job.round}${tree}`;
}

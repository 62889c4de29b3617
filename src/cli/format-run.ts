import { formatDuration, formatTokens, formatUsd } from '../core/amounts.ts';
import { outcomeText } from '../core/outcome.ts';
import type { JobState, RunState } from '../core/run-state.ts';
import { formatRepository } from '../core/subject.ts';
import type { Output } from './output.ts';
import { textTable } from './text-table.ts';

type Colors = Output['colors'];

/** One line: what the run is about and how it stands. */
export function formatRunHeading(state: RunState, colors: Colors): string {
	const { repository, subject, workflow } = state.frozen;
	const about = `${formatRepository(repository)}#${subject.number}`;
	return `${colors.bold(state.id)}  ${about}  ${workflow.name}  ${formatOutcome(state, colors)}`;
}

/** A table with a row per job and a sum: outcome, rounds, arm, turns, tokens, cost, wall time. */
export function formatJobs(state: RunState, colors: Colors): string {
	const heading = ['job', 'state', 'round', 'arm', 'turns', 'fresh', 'cached', 'output', 'cost', 'time'];
	const jobs = [...state.jobs.values()];
	const sum = [
		'in all',
		formatOutcome(state, colors),
		'',
		'',
		String(jobs.reduce((turns, job) => turns + job.turns, 0)),
		formatTokens(state.usage.fresh + state.usage.cacheWrite),
		formatTokens(state.usage.cached),
		formatTokens(state.usage.output),
		formatUsd(state.usd, state.unpriced),
		formatDuration(jobs.reduce((ms, job) => ms + job.wallMs, 0)),
	];
	return textTable([heading, ...jobs.map((job) => formatJob(job, colors)), sum], [2, 4, 5, 6, 7, 8, 9]);
}

function formatJob(job: JobState, colors: Colors): string[] {
	const asked = job.turns > 0;
	return [
		job.id,
		formatJobState(job, colors),
		String(job.round),
		job.arm ?? '',
		asked ? String(job.turns) : '',
		asked ? formatTokens(job.usage.fresh + job.usage.cacheWrite) : '',
		asked ? formatTokens(job.usage.cached) : '',
		asked ? formatTokens(job.usage.output) : '',
		asked ? formatUsd(job.usd, job.unpriced) : '',
		job.startedAt === null ? '' : formatDuration(job.wallMs),
	];
}

/** The job's state in a word or two, coloured by how good it is. */
export function formatJobState(job: JobState, colors: Colors): string {
	if (job.status !== 'ended' || job.outcome === null) {
		return job.status === 'running' ? colors.cyan('running') : colors.dim(job.status);
	}
	return job.outcome === 'done' ? colors.green('done') : colors.yellow(outcomeText[job.outcome]);
}

function formatOutcome(state: RunState, colors: Colors): string {
	if (state.outcome === null) return colors.cyan('active');
	const text = outcomeText[state.outcome];
	return state.outcome === 'done' ? colors.green(text) : colors.yellow(text);
}

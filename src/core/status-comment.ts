import { formatDuration, formatUsd } from './amounts.ts';
import { inlineCode, plain, tableCell } from './markdown.ts';
import { type Outcome, outcomeText } from './outcome.ts';
import type { JobState, RunState } from './run-state.ts';
import { cleanPlain } from './untrusted.ts';

/** Finds the one status comment of an issue or pull request again. */
export function statusMarker(number: number): string {
	return `<!-- dark-factory:status issue=${number} -->`;
}

export interface StatusLinks {
	/** Page of the run on the dashboard; null without one. */
	run: string | null;
}

const reasonLimit = 300;

/**
 * The status comment: every job with its state, the cost so far, links, what a person can do next, and in the end the outcome with
 * its reason. Markdown; the same state gives the same text, so an unchanged one need not be written. Text from outside pings nobody.
 */
export function formatStatusComment(state: RunState, links: StatusLinks): string {
	const { subject, workflow } = state.frozen;
	const cost = formatUsd(state.usd, state.unpriced);
	const lines = [
		statusMarker(subject.number),
		`### ${headline(state)}`,
		'',
		`Run ${inlineCode(state.id)} of ${inlineCode(workflow.name)}, ${cost}${state.outcome === null ? ' so far' : ''}.`,
		'',
		'| Job | State | Round | Cost | |',
		'| --- | --- | --- | --- | --- |',
		...[...state.jobs.values()].map(jobRow),
		'',
	];
	const places = linkLines(state, links);
	if (places.length > 0) lines.push(...places, '');
	lines.push(...nextSteps(state));
	if (state.outcome !== null)
		lines.push('', `**Outcome: ${outcomeText[state.outcome]}.** ${shortReason(state.reason)}`.trim());
	return lines.join('\n');
}

const outcomeIcons: Record<Outcome, string> = {
	done: '✅',
	no_change: '✅',
	refused: '🚫',
	needs_human: '🙋',
	blocked: '⛔',
	failed: '❌',
	cancelled: '⏹️',
	out_of_budget: '💸',
};

function headline(state: RunState): string {
	if (state.outcome !== null) return `${outcomeIcons[state.outcome]} Dark Factory: ${outcomeText[state.outcome]}`;
	return isWaiting(state) ? '⏸️ Dark Factory waits for a person' : '🏭 Dark Factory is at work';
}

function jobRow(job: JobState): string {
	const rounds = job.round > 1 ? String(job.round) : '';
	const cost = job.turns === 0 ? '' : formatUsd(job.usd, job.unpriced);
	const note = [job.wallMs > 0 && job.status === 'ended' ? formatDuration(job.wallMs) : '', noteOf(job)];
	return `| ${tableCell(job.id)} | ${jobState(job)} | ${rounds} | ${cost} | ${note.filter((text) => text !== '').join('; ')} |`;
}

function jobState(job: JobState): string {
	switch (job.status) {
		case 'pending':
			return '⚪ to come';
		case 'running':
			return '🔵 running';
		case 'waiting':
			return '⏸️ waiting';
		case 'faulted':
			return '🔁 trying again';
		case 'skipped':
			return '➖ skipped';
		case 'ended':
			return job.outcome === null ? '✅ ended' : `${outcomeIcons[job.outcome]} ${outcomeText[job.outcome]}`;
	}
}

/** Why a job waits, or ended other than well. What went well needs no words here. */
function noteOf(job: JobState): string {
	const { status, outcome, waiting, reason } = job;
	if (status === 'waiting') return tableCell(shorten(waiting?.reason ?? reason));
	const well = outcome === 'done' || outcome === 'no_change';
	return status === 'ended' && !well ? tableCell(shorten(reason)) : '';
}

function linkLines(state: RunState, links: StatusLinks): string[] {
	const lines = [];
	const url = [...state.jobs.values()].map((job) => job.outputs.url).find((value) => typeof value === 'string');
	if (url !== undefined) lines.push(`- [Pull request](${url})`);
	if (links.run !== null) lines.push(`- [Details of this run](${links.run})`);
	return lines;
}

function nextSteps(state: RunState): string[] {
	const waitsForApproval = [...state.jobs.values()].some(
		(job) => job.status === 'waiting' && job.waiting?.signals.includes('approve') === true,
	);
	const lines = ['**What you can do**', ''];
	if (state.outcome === null) {
		if (waitsForApproval) {
			lines.push('- `/factory approve` lets the work go on, `/factory reject` with a reason ends it');
		}
		lines.push('- `/factory stop` ends this run, `/factory explain` says why it is where it is');
		return lines;
	}
	switch (state.outcome) {
		case 'done':
		case 'no_change':
			lines.push('- Read the result; `/factory retry` runs it again from the start');
			return lines;
		case 'blocked':
		case 'needs_human':
			lines.push('- Do or decide what is missing, then `/factory retry`; `/factory explain` says more');
			return lines;
		case 'out_of_budget':
			lines.push('- Raise the limits in `.github/dark-factory.yml`, then `/factory retry`');
			return lines;
		case 'refused':
			lines.push('- Add what is missing to the issue, then `/factory retry`');
			return lines;
		case 'failed':
		case 'cancelled':
			lines.push('- `/factory retry` starts again; `/factory explain` says more');
			return lines;
	}
}

function isWaiting(state: RunState): boolean {
	const jobs = [...state.jobs.values()];
	const busy = jobs.some((job) => job.status === 'running' || job.status === 'faulted');
	return !busy && jobs.some((job) => job.status === 'waiting');
}

function shortReason(reason: string): string {
	return plain(shorten(reason));
}

/** A model may have written the reason, and been talked into quoting a secret: out before a cut could hide a part of it. */
function shorten(reason: string): string {
	const { text } = cleanPlain(reason);
	return text.length > reasonLimit ? `${[...text].slice(0, reasonLimit).join('')}…` : text;
}

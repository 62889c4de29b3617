import { formatUsd } from './amounts.ts';
import type { JournalEntry } from './journal.ts';
import { cut, inlineCode, plain } from './markdown.ts';
import { type Outcome, outcomeText } from './outcome.ts';
import { cleanPlain } from './untrusted.ts';

/** What is said of a run in an answer to a command; the journal's words, told without its workflow. */
export interface RunFacts {
	id: string;
	workflow: string;
	outcome: Outcome | null;
	usd: number;
	entries: readonly JournalEntry[];
}

interface JobLine {
	job: string;
	state: string;
	reason: string;
}

/** Answer to `/factory status`: one line per job that has begun. Markdown, safe for reasons from outside. */
export function formatRunStatus(run: RunFacts): string {
	const lines = [headline(run)];
	for (const { job, state } of jobLines(run.entries)) lines.push(`- ${inlineCode(job)}: ${state}`);
	return lines.join('\n');
}

/** Answer to `/factory explain`: why each job ended, waits or was sent back; the gate's missing things with it. */
export function formatRunExplanation(run: RunFacts): string {
	const lines = [headline(run)];
	const end = run.entries.findLast((entry) => entry.event.type === 'run.ended')?.event;
	if (end?.type === 'run.ended') lines.push('', `It ended because: ${safe(end.reason)}`);
	lines.push('');
	for (const { job, state, reason } of jobLines(run.entries)) {
		lines.push(`- ${inlineCode(job)} ${state}${reason === '' ? '' : `: ${safe(reason)}`}`);
	}
	return lines.join('\n');
}

/** Cut before it is made safe: a cut behind would open a mention that was put into code. */
function safe(reason: string): string {
	return plain(cut(cleanPlain(reason).text, 1000));
}

function headline(run: RunFacts): string {
	const state = run.outcome === null ? 'is at work' : `ended as **${outcomeText[run.outcome]}**`;
	return `Run ${inlineCode(run.id)} (${inlineCode(run.workflow)}) ${state}; ${formatUsd(run.usd)} so far.`;
}

/** The newest word of each job, in the order in which they first began. */
function jobLines(entries: readonly JournalEntry[]): JobLine[] {
	const lines = new Map<string, JobLine>();
	for (const { event } of entries) {
		switch (event.type) {
			case 'job.started':
				lines.set(event.job, { job: event.job, state: `is running (attempt ${event.attempt})`, reason: '' });
				break;
			case 'job.skipped':
				lines.set(event.job, { job: event.job, state: 'was skipped', reason: event.reason });
				break;
			case 'job.ended':
				lines.set(event.job, { job: event.job, state: `ended as ${outcomeText[event.outcome]}`, reason: event.reason });
				break;
			case 'job.sent_back': {
				const state = `sent the work back to ${inlineCode(event.to)}`;
				lines.set(event.job, { job: event.job, state, reason: event.feedback.summary });
				break;
			}
			case 'job.waiting':
				lines.set(event.job, { job: event.job, state: 'is waiting', reason: event.reason });
				break;
			case 'job.faulted':
				lines.set(event.job, { job: event.job, state: 'met a fault', reason: event.message });
				break;
		}
	}
	return [...lines.values()];
}

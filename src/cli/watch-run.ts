import type { JournalEntry } from '../core/journal.ts';
import { outcomeText } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Output } from './output.ts';

const pollMs = 150;

/**
 * Prints a run's progress as plain lines, from its journal, until it is closed or the signal fires. Works for a run in this process
 * and in another. `onWaiting` is called whenever a job begins to wait.
 */
export async function watchRun(
	store: RunStore,
	clock: Clock,
	run: string,
	output: Output,
	signal: AbortSignal,
	onWaiting: () => Promise<void> = async () => {},
): Promise<void> {
	let seen = 0;
	while (!signal.aborted) {
		const entries = await store.read(run, seen + 1);
		for (const entry of entries) {
			seen = entry.seq;
			const line = describe(entry, output.colors);
			if (line !== null && output.format === 'text') output.err(line);
			if (entry.event.type === 'run.closed') return;
			if (entry.event.type === 'job.waiting') await onWaiting();
		}
		await clock.sleep(pollMs, signal).catch(() => {});
	}
}

/** One line for an entry that a person would want to see; null for the others. */
export function describe(entry: JournalEntry, colors: Output['colors']): string | null {
	const { event } = entry;
	switch (event.type) {
		case 'job.started':
			return `${colors.cyan('▶')} ${event.job}${event.round > 1 ? ` (round ${event.round})` : ''}`;
		case 'tool.started':
			return colors.dim(`  · ${event.tool} ${oneLine(event.arguments)}`);
		case 'model.failed':
			return colors.yellow(`  ! ${event.arm}: ${event.message}`);
		case 'job.ended':
			return event.outcome === 'done'
				? `${colors.green('✔')} ${event.job}  ${colors.dim(oneLine(event.reason))}`
				: `${colors.yellow('✖')} ${event.job}: ${outcomeText[event.outcome]}. ${oneLine(event.reason)}`;
		case 'job.skipped':
			return colors.dim(`– ${event.job} skipped: ${event.reason}`);
		case 'job.sent_back':
			return `${colors.yellow('↩')} ${event.job} sends back to ${event.to}: ${oneLine(event.feedback.summary)}`;
		case 'job.waiting':
			return `${colors.cyan('⏸')} ${event.job} waits: ${oneLine(event.reason)}`;
		case 'job.faulted':
			return colors.yellow(
				`  ! ${event.job}: ${oneLine(event.message)}${event.retryAt === null ? '' : ' (will be tried again)'}`,
			);
		case 'effect.done':
			return colors.dim(`  → ${event.kind}${event.found ? ' (was there already)' : ''}`);
		case 'run.ended':
			return `${event.outcome === 'done' ? colors.green('■') : colors.yellow('■')} ${outcomeText[event.outcome]}: ${oneLine(event.reason)}`;
		default:
			return null;
	}
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

import { formatDuration } from '../core/amounts.ts';
import { formatEntries, formatGrade, formatShare } from '../core/grade/format-grade.ts';
import { type Grade, gradeTrajectory } from '../core/grade/grade-trajectory.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { RunStore } from '../ports/run-store.ts';
import { recordRun } from '../replay-factory.ts';
import { formatJobs, formatRunHeading } from './format-run.ts';
import { loadRun } from './load-run.ts';
import { exit, type Output } from './output.ts';
import { textTable } from './text-table.ts';

/**
 * `dark-factory show RUN`: jobs, cost and evidence; `transcript` adds what was said and done, turn by turn; `recording` gives the models'
 * replies instead, for `run --recording`.
 */
export async function show(
	store: RunStore,
	run: string,
	part: 'summary' | 'transcript' | 'recording',
	output: Output,
): Promise<number> {
	const { state } = await loadRun(store, run);
	if (part === 'recording') {
		output.out(recordRun(state).trimEnd());
		return exit.done;
	}
	if (output.format === 'json') {
		output.out(
			JSON.stringify(
				{
					...state,
					jobs: [...state.jobs.values()],
					effects: Object.fromEntries(state.effects),
					intended: [...state.intended],
					grade: gradeTrajectory(state.entries),
				},
				null,
				2,
			),
		);
		return exit.done;
	}
	const { colors } = output;
	output.out(formatRunHeading(state, colors));
	if (state.reason !== '') output.out(state.reason);
	output.out(`\n${formatJobs(state, colors)}`);
	if (state.evidence !== null) {
		const { records, gaps, treeSha, sandbox } = state.evidence;
		output.out(`\n${colors.bold('Evidence')} on tree ${treeSha.slice(0, 12)}, sandbox ${sandbox}`);
		output.out(
			textTable([
				['', 'what', 'on', 'exit', 'time', 'command', 'output'],
				...records.map((record) => [
					record.verdict === 'as_expected' ? colors.green('✔') : colors.red('✖'),
					record.name,
					record.on,
					record.timedOut ? 'timed out' : String(record.exitCode ?? 'killed'),
					formatDuration(record.durationMs),
					record.command,
					record.outputDigest.slice(0, 19),
				]),
			]),
		);
		for (const gap of gaps) output.out(colors.yellow(`not proven: ${gap}`));
	}
	showGrade(gradeTrajectory(state.entries), output);
	if (part === 'transcript') {
		output.out(`\n${colors.bold('Transcript')}`);
		for (const entry of state.entries) for (const line of transcriptLines(entry, colors)) output.out(line);
	} else {
		output.out(colors.dim(`\nWhat was said and done: dark-factory show ${run} --transcript`));
	}
	return exit.done;
}

/** How the implementers worked, by measurement; nothing before there is anything to measure. */
function showGrade(grade: Grade, { out, colors }: Output): void {
	if (grade.score === null) return;
	out(`\n${colors.bold('How the implementer worked')}: ${formatGrade(grade)}`);
	const rows = grade.metrics.map(({ name, weight, value, count, means, events }) => [
		name,
		formatShare(value),
		String(weight),
		value === null ? '' : String(count),
		value === null ? '' : formatEntries(events),
		means,
	]);
	out(textTable([['measurement', 'value', 'weight', 'of', 'entries', 'what it is'], ...rows], [1, 2, 3]));
	const { turns, turnsToFirstChange, cachedShare } = grade.economy;
	const first = turnsToFirstChange === null ? 'no change' : `first change in turn ${turnsToFirstChange}`;
	out(colors.dim(`${turns} turns, ${first}, cached share of prompts ${formatShare(cachedShare)}`));
}

function transcriptLines(entry: JournalEntry, colors: Output['colors']): string[] {
	const { event } = entry;
	switch (event.type) {
		case 'job.started':
			return ['', colors.bold(`${event.job}, round ${event.round}, attempt ${event.attempt}`)];
		case 'model.responded':
			return event.reply.message.blocks.flatMap((block) => {
				if (block.type === 'tool_call') return [];
				const text = block.text.trim();
				if (text === '') return [];
				return [block.type === 'thinking' ? colors.dim(text) : text];
			});
		case 'tool.started':
			return [colors.cyan(`[${event.tool}] ${event.arguments}`)];
		case 'tool.ended':
			return [colors.dim(event.result.text)];
		case 'agent.told':
			return [colors.yellow(`(told) ${event.text}`)];
		case 'agent.noted':
			return [colors.magenta(`(note) ${event.text}`)];
		case 'job.ended':
			return [`→ ${event.outcome}: ${event.reason}`];
		case 'job.sent_back':
			return [`→ sent back to ${event.to}: ${event.feedback.summary}`];
		case 'job.waiting':
			return [`→ waits: ${event.reason}`];
		case 'job.faulted':
			return [colors.yellow(`→ fault (${event.fault}): ${event.message}`)];
		case 'signal.received':
			return [`← ${event.signal.name} by ${event.signal.by}: ${event.signal.reason}`];
		default:
			return [];
	}
}

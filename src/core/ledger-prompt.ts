import { fence } from './fence.ts';
import type { Ledger } from './ledger.ts';
import { cut } from './markdown.ts';
import { cleanPlain } from './untrusted.ts';

const itemLimit = 600;
/** Characters of findings and decisions together, and paths of files that were only seen; the newest are kept. */
const notesLimit = 24_000;
const seenLimit = 60;
const triesLimit = 20;

/**
 * The ledger as a later attempt is told it; `none` when it holds nothing beyond the plan. Models wrote parts of it after reading text
 * of strangers, so it is fenced. Constraints, refuted hypotheses, open questions, tests and what not to repeat are never left out.
 */
export function ledgerPrompt(ledger: Ledger, none: string): string {
	const { hypotheses, failedTries, notes, questions, files, tests, doNotRepeat } = ledger;
	const found = [hypotheses, failedTries, notes, questions, files, tests, doNotRepeat].some((part) => part.length > 0);
	if (!found) return none;
	const of = (verdict: string) => hypotheses.filter((hypothesis) => hypothesis.verdict === verdict);
	const tell = ({ text, because }: Ledger['hypotheses'][number]) =>
		because === null || because === text ? text : `${text} (${because})`;
	const recent = newest(notes, notesLimit);
	const changed = files.filter(({ state }) => state !== 'seen');
	const seen = files.filter(({ state }) => state === 'seen');
	const sections = [
		section('Binding, word for word', ledger.constraints),
		section('Refuted: do not try again', of('refuted').map(tell)),
		section(
			'Changes that did not help',
			failedTries
				.slice(-triesLimit)
				.map(({ files: paths, command, signature }) => `${paths.join(', ')}; then \`${command}\` failed: ${signature}`),
			failedTries.length - triesLimit,
		),
		section(
			'Commands that keep failing: do not repeat them as they are',
			doNotRepeat.map(({ command, times, signature }) => `\`${command}\` (${times} times): ${signature}`),
		),
		section('Hypotheses still open', of('open').map(tell)),
		section('Confirmed', of('confirmed').map(tell)),
		section(
			'Open questions',
			questions.map(({ text }) => text),
		),
		section(
			'Tests, as they ended last',
			tests.map(({ command, by, status, signature, stale }) => {
				const how = `${status}, run by the ${by}${stale ? ', before the last change' : ''}`;
				return `\`${command}\`: ${how}${signature === null ? '' : `: ${signature}`}`;
			}),
		),
		section(
			'Files changed so far',
			changed.map(({ path, state }) => `${path}${state === 'created' ? ' (new)' : ''}`),
		),
		section(
			'Files looked at',
			[
				seen
					.slice(-seenLimit)
					.map(({ path }) => path)
					.join(', '),
			],
			seen.length - seenLimit,
		),
		section(
			'Findings and decisions',
			recent.map(({ kind, text }) => (kind === 'decision' ? `Decided: ${text}` : text)),
			notes.length - recent.length,
		),
	];
	return fence(sections.filter((text) => text !== '').join('\n\n'), 'ledger of earlier attempts');
}

/**
 * What of the ledger a text does not hold: constraints, refuted hypotheses and failing tests. A summary that is to stand in for a
 * conversation is rejected unless this is empty.
 */
export function findLost(ledger: Ledger, text: string): string[] {
	const words = squeeze(text);
	const wanted = [
		...ledger.constraints,
		...ledger.hypotheses.filter(({ verdict }) => verdict === 'refuted').map((hypothesis) => hypothesis.text),
		...ledger.tests.filter(({ status }) => status === 'failed').map(({ command }) => command),
	];
	return wanted.filter((item) => !words.includes(squeeze(item)));
}

function section(title: string, items: readonly string[], leftOut = 0): string {
	const lines = items
		.filter((item) => item !== '')
		.map((item) => `- ${squeeze(cleanPlain(cut(item, itemLimit)).text)}`);
	if (lines.length === 0) return '';
	return [`${title}:`, ...lines, ...(leftOut > 0 ? [`(${leftOut} older ones are left out)`] : [])].join('\n');
}

function newest<T extends { text: string }>(items: readonly T[], limit: number): T[] {
	let room = limit;
	const kept: T[] = [];
	for (const item of items.toReversed()) {
		room -= Math.min(item.text.length, itemLimit);
		if (room < 0) break;
		kept.unshift(item);
	}
	return kept;
}

function squeeze(text: string): string {
	return text.replace(/\s+/gu, ' ').trim();
}

import { parseDocument } from '../../src/agent/tools/text-document.ts';
import { applyHunks } from './edit-case.ts';
import type { Attempt } from './subject.ts';
import type { Trial, TrialFile } from './trial.ts';

export interface Score {
	verdict: 'ok' | 'rejected' | 'format' | 'wrong';
	/** Lines outside the change that were lost or damaged. */
	collateral: number;
	/** Of a rejection: whether its text shows the lines that a correct call has to name. */
	recoverable: boolean;
}

/** Judges files alone, never what a subject says of itself; only calls it refused may leave a file as it was. */
export function score(trial: Trial, attempt: Attempt): Score {
	const verdicts = trial.files.map((file, index) => {
		const actual = attempt.texts[index] ?? '';
		// Calls of a file are made one by one: after a refusal, those before it stand.
		const untouched = actual === applyHunks(file.live, file.liveHunks.slice(0, attempt.done[index] ?? 0));
		const complete = (attempt.done[index] ?? 0) >= file.hunks.length;
		if (trial.expected === 'refused') return actual === file.live ? 'rejected' : 'wrong';
		if (sameText(actual, file)) return 'ok';
		if (untouched && !complete) return 'rejected';
		const wanted = applyHunks(file.live, file.liveHunks);
		return squeeze(actual) === squeeze(wanted) ? 'format' : 'wrong';
	});
	const worst = (['wrong', 'format', 'rejected', 'ok'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'ok';
	const collateral = trial.files.reduce((sum, file, index) => sum + lostLines(file, attempt.texts[index] ?? ''), 0);
	const at = verdicts.indexOf('rejected');
	const refused = trial.files[at];
	const recoverable =
		worst === 'rejected' &&
		refused !== undefined &&
		showsTarget(refused, attempt.done[at] ?? 0, attempt.errors.join('\n'));
	return { verdict: worst, collateral: worst === 'rejected' || worst === 'ok' ? 0 : collateral, recoverable };
}

const squeeze = (text: string) => text.replace(/\s+/g, '');

/** The wanted text; only the ends of new lines may differ, for nobody said what they should be. */
function sameText(actual: string, file: TrialFile): boolean {
	const wanted = applyHunks(file.live, file.liveHunks);
	if (actual === wanted) return true;
	const a = parseDocument(actual);
	const b = parseDocument(wanted);
	if (a.bom !== b.bom || a.lines.length !== b.lines.length) return false;
	const fresh = new Set<number>();
	let shift = 0;
	for (const hunk of file.liveHunks) {
		for (let at = 0; at < hunk.lines.length; at += 1) fresh.add(hunk.start + shift + at);
		shift += hunk.lines.length - (hunk.end - hunk.start);
	}
	return a.lines.every((line, index) => {
		const other = b.lines[index];
		if (line.text !== other?.text) return false;
		if (line.eol === other.eol || (fresh.has(index) && line.eol !== '' && other.eol !== '')) return true;
		// A last line that became last by a deletion: its own line end and the file's lack of one are both kept things.
		return index === b.lines.length - 1 && other.eol === '' && !fresh.has(index);
	});
}

function lostLines(file: TrialFile, actual: string): number {
	const left = new Map<string, number>();
	for (const line of parseDocument(actual).lines) {
		const key = line.text + line.eol;
		left.set(key, (left.get(key) ?? 0) + 1);
	}
	const { lines } = parseDocument(file.live);
	let lost = 0;
	for (const [index, line] of lines.entries()) {
		if (file.liveHunks.some((hunk) => index >= hunk.start && index < hunk.end)) continue;
		const key = line.text + line.eol;
		const count = left.get(key) ?? 0;
		if (count === 0) lost += 1;
		else left.set(key, count - 1);
	}
	return lost;
}

/** The first twelve lines of the target as it is now, or the lines beside it when something is to be inserted. */
function showsTarget(file: TrialFile, done: number, error: string): boolean {
	const hunk = file.liveHunks[done] ?? file.liveHunks[0];
	if (hunk === undefined) return false;
	const { lines } = parseDocument(file.live);
	const start = hunk.start === hunk.end ? Math.max(0, hunk.start - 1) : hunk.start;
	const end = hunk.start === hunk.end ? hunk.start + 1 : Math.min(hunk.end, hunk.start + 12);
	return lines.slice(start, end).every((line) => error.includes(line.text.trim().slice(0, 200)));
}

import { findBrokenSyntax } from '../../src/agent/tools/check-syntax.ts';
import { parseDocument } from '../../src/agent/tools/text-document.ts';
import type { Hunk } from './edit-case.ts';
import type { TextEdit, Trial, TrialFile } from './trial.ts';

/** What goes and what comes, as `str_replace` tools of all makers take it. */
export interface TextCall {
	path: string;
	old: string;
	fresh: string;
	/** Whether the file does not parse until a later call: a model that is halfway says so. */
	broken: boolean;
}

/**
 * The calls of a trial in this format, one per hunk, each with as few whole lines around as make the old text unique in the file
 * as it is after the calls before. Null: the scenario, or the format, cannot express it.
 */
export function encodeText(trial: Trial): TextCall[][] | null {
	const files: TextCall[][] = [];
	for (const file of trial.files) {
		const calls: TextCall[] = [];
		let lines = parseDocument(file.shown).lines.map((line) => line.text);
		let shift = 0;
		for (const hunk of file.hunks) {
			const place = { ...hunk, start: hunk.start + shift, end: hunk.end + shift };
			const ideal = surround(lines, place, trial.context);
			if (ideal === null) return null;
			const edit = trial.text(ideal, file, place);
			if (edit === null) return null;
			const { old, fresh } = renderText(edit);
			// Nothing is left of a change of white space when white space is what was lost.
			if (old === fresh) return null;
			lines = [...lines.slice(0, place.start), ...hunk.lines, ...lines.slice(place.end)];
			shift += hunk.lines.length - (hunk.end - hunk.start);
			const last = hunk === file.hunks.at(-1);
			const broken = !last && findBrokenSyntax(file.path, file.shown, lines.join('\n')) !== null;
			calls.push({ path: file.path, old, fresh, broken });
		}
		files.push(calls);
	}
	return files;
}

/** The hunks of one file with three lines around each, for patches. */
export function encodeChunks(trial: Trial, file: TrialFile): TextEdit[] | null {
	const lines = parseDocument(file.shown).lines.map((line) => line.text);
	const chunks: TextEdit[] = [];
	for (const [index, hunk] of file.hunks.entries()) {
		const before = file.hunks[index - 1]?.end ?? 0;
		const after = file.hunks[index + 1]?.start ?? lines.length;
		const most = trial.context.unique === 'sought' ? 3 : 0;
		const ideal = {
			lead: lines.slice(Math.max(before, hunk.start - most), hunk.start),
			old: lines.slice(hunk.start, hunk.end),
			fresh: hunk.lines,
			// Lines between two hunks belong to the first of them only.
			trail: lines.slice(hunk.end, Math.min(after, hunk.end + most)),
		};
		const next = file.hunks[index + 1];
		if (next !== undefined) ideal.trail = lines.slice(hunk.end, Math.min(next.start, hunk.end + most));
		if (index > 0) {
			const free = hunk.start - (before + (chunks[index - 1]?.trail.length ?? 0));
			ideal.lead = lines.slice(Math.max(before, hunk.start - Math.min(most, Math.max(0, free))), hunk.start);
		}
		const edit = trial.text(ideal, file, hunk);
		if (edit === null) return null;
		chunks.push(edit);
	}
	return chunks;
}

function renderText(edit: TextEdit): { old: string; fresh: string } {
	return {
		old: [...edit.lead, ...edit.old, ...edit.trail].join('\n'),
		fresh: [...(edit.freshLead ?? edit.lead), ...edit.fresh, ...(edit.freshTrail ?? edit.trail)].join('\n'),
	};
}

function surround(lines: readonly string[], hunk: Hunk, context: Trial['context']): TextEdit | null {
	const flat = lines.join('\n');
	const most = Math.max(hunk.start, lines.length - hunk.end);
	// An insertion needs a line to stand beside, and a deletion one that keeps its line end.
	const least = Math.max(context.lines, hunk.end === hunk.start || hunk.lines.length === 0 ? 1 : 0);
	for (let count = least; count <= most || count === least; count += 1) {
		const edit = {
			lead: lines.slice(Math.max(0, hunk.start - count), hunk.start),
			old: lines.slice(hunk.start, hunk.end),
			fresh: hunk.lines,
			trail: lines.slice(hunk.end, hunk.end + count),
		};
		const { old, fresh } = renderText(edit);
		if (context.unique === 'not sought') return old === '' ? null : edit;
		if (old === '' || (fresh === '' && hunk.lines.length === 0)) continue;
		const at = flat.indexOf(old);
		if (flat.indexOf(old, at + 1) === -1) return edit;
	}
	return null;
}

import { splitLines } from '../../src/agent/tools/text-document.ts';

/** Replaces the lines `start` (inclusive, from 0) to `end` (exclusive) of the text before; an insertion has `start === end`. */
export interface Hunk {
	start: number;
	end: number;
	lines: string[];
}

/** One file of a commit. `before` has `\n` line ends only, and every hunk refers to it; hunks are in order and apart. */
export interface CaseFile {
	path: string;
	before: string;
	hunks: Hunk[];
}

/** A change that somebody once made: what a model is thought to intend. */
export interface EditCase {
	/** Repository, commit and path. */
	id: string;
	language: string;
	shape: 'one hunk' | 'several hunks' | 'several files';
	band: '1' | '2-5' | '6-20' | '21-60' | '61+';
	files: CaseFile[];
}

/** The text after the hunks. New lines end as the line before them does, and a missing final line end stays missing. */
export function applyHunks(text: string, hunks: readonly Hunk[]): string {
	const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
	const lines = splitLines(text.slice(bom.length));
	const first = lines.find((line) => line.eol !== '')?.eol ?? '\n';
	const unended = lines.at(-1)?.eol === '';
	const result: { text: string; eol: string }[] = [];
	let next = 0;
	for (const hunk of hunks) {
		result.push(...lines.slice(next, hunk.start));
		const eol = result.at(-1)?.eol || first;
		const last = result.at(-1);
		if (last?.eol === '' && hunk.lines.length > 0) result[result.length - 1] = { ...last, eol };
		result.push(...hunk.lines.map((text) => ({ text, eol })));
		next = hunk.end;
	}
	result.push(...lines.slice(next));
	const last = result.at(-1);
	if (unended && last !== undefined) result[result.length - 1] = { ...last, eol: '' };
	return bom + result.map((line) => line.text + line.eol).join('');
}

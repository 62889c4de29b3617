import type { Hunk } from './edit-case.ts';

/** One replacement as a model would send it: lines around, lines that go, lines that come. */
export interface TextEdit {
	lead: string[];
	old: string[];
	fresh: string[];
	trail: string[];
	/** Where the new text has other lines around than the old one. */
	freshLead?: string[];
	freshTrail?: string[];
}

/** One change by line numbers as a model would send it. */
export interface LineEdit {
	/** Lines from 0, `end` exclusive, of the text that was shown. */
	start: number;
	end: number;
	lines: string[];
	/** What the model adds to the first and last number, while it copies the check characters of the right line. */
	slip: { from: number; to: number };
	tag: 'own' | 'invented' | 'of another file';
}

export interface TrialFile {
	path: string;
	/** The file as the model saw it. */
	shown: string;
	hunks: Hunk[];
	/** The file at the time of the edit, and where the hunks belong in it. */
	live: string;
	liveHunks: Hunk[];
}

/** One case under one scenario. */
export interface Trial {
	files: TrialFile[];
	/** `refused`: nothing may be written, for the intent cannot be known or its target is gone. */
	expected: 'edited' | 'refused';
	/** Lines around that the old text has at least, and whether more are added until it is the only such place. */
	context: { lines: number; unique: 'sought' | 'not sought' };
	/** Null: the scenario cannot happen to this edit. */
	text(edit: TextEdit, file: TrialFile, hunk: Hunk): TextEdit | null;
	line(edit: LineEdit, file: TrialFile): LineEdit | null;
	/** Twice: the same calls again after they succeeded. */
	sent: 'once' | 'twice';
}

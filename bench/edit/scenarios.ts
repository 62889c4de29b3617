import path from 'node:path';
import { formatAnchor } from '../../src/agent/tools/anchor.ts';
import { parseDocument } from '../../src/agent/tools/text-document.ts';
import type { EditCase, Hunk } from './edit-case.ts';
import type { Random } from './random.ts';
import type { TextEdit, Trial, TrialFile } from './trial.ts';

export type Format = 'anchors' | 'text' | 'patch';

export interface Scenario {
	name: string;
	what: string;
	formats: readonly Format[];
	/** Null: it cannot happen to this case. */
	build(given: EditCase, random: Random): Trial | null;
}

const texts: readonly Format[] = ['text', 'patch'];
const all: readonly Format[] = ['anchors', 'text', 'patch'];

function clean(given: EditCase): Trial {
	return {
		files: given.files.map(({ path, before, hunks }) => ({
			path,
			shown: before,
			hunks,
			live: before,
			liveHunks: hunks,
		})),
		expected: 'edited',
		context: { lines: 0, unique: 'sought' },
		text: (edit) => edit,
		line: (edit) => edit,
		sent: 'once',
	};
}

/** A trial whose files hold another text from the start; `change` keeps the number of lines. */
function withText(given: EditCase, change: (text: string, file: TrialFile) => string): Trial {
	const trial = clean(given);
	const files = trial.files.map((file) => {
		const text = change(file.shown, file);
		return { ...file, shown: text, live: text };
	});
	return { ...trial, files };
}

/** A trial whose files are changed by somebody else between reading and editing. */
function withDrift(
	given: EditCase,
	drift: (file: TrialFile) => { live: string; shift: (line: number) => number },
): Trial {
	const trial = clean(given);
	const files = trial.files.map((file) => {
		const { live, shift } = drift(file);
		const liveHunks = file.hunks.map((hunk) => ({
			...hunk,
			start: shift(hunk.start),
			end: shift(hunk.start) + hunk.end - hunk.start,
		}));
		return { ...file, live, liveHunks };
	});
	return { ...trial, files };
}

function withContext(trial: Trial, lines: number, text: Trial['text']): Trial {
	return { ...trial, context: { ...trial.context, lines }, text };
}

function slipped(given: EditCase, from: number, to: number): Trial {
	return {
		...clean(given),
		line(edit, file) {
			const insertion = edit.start === edit.end;
			if (insertion && edit.start === 0) return null;
			const first = insertion ? edit.start - 1 : edit.start;
			const last = insertion ? first : edit.end - 1;
			const total = linesOf(file.shown).length;
			const shift = insertion ? { from: from === 0 ? to : from, to: 0 } : { from, to };
			if (first + shift.from < 0 || last + shift.to >= total) return null;
			return { ...edit, slip: shift };
		},
	};
}

const linesOf = (text: string) => parseDocument(text).lines.map((line) => line.text);

function mapLines(edit: TextEdit, map: (line: string) => string): TextEdit {
	return { lead: edit.lead.map(map), old: edit.old.map(map), fresh: edit.fresh.map(map), trail: edit.trail.map(map) };
}

const commentOf = (file: string) => (/\.(py|rb)$/.test(file) ? '#' : '//');
const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? '';

function swapIndentation(text: string): (line: string) => string {
	const indents = linesOf(text).map(indentOf);
	if (indents.some((indent) => indent.startsWith('\t'))) {
		return (line) => indentOf(line).replaceAll('\t', '    ') + line.slice(indentOf(line).length);
	}
	const widths = indents.map((indent) => indent.length).filter((width) => width > 1);
	const unit = widths.filter((width) => width % 4 !== 0).length > widths.length / 4 ? 2 : 4;
	return (line) => {
		const width = indentOf(line).length;
		return '\t'.repeat(Math.floor(width / unit)) + ' '.repeat(width % unit) + line.slice(width);
	};
}

function dedent(edit: TextEdit): TextEdit | null {
	const lines = [...edit.lead, ...edit.old, ...edit.fresh, ...edit.trail].filter((line) => line.trim() !== '');
	let common = indentOf(lines[0] ?? '');
	for (const line of lines) while (!line.startsWith(common)) common = common.slice(0, -1);
	// Lines of nothing but white space would lose what the change is about.
	const blank = [...edit.lead, ...edit.old, ...edit.fresh, ...edit.trail].some(
		(line) => line !== '' && line.trim() === '',
	);
	return common === '' || blank
		? null
		: mapLines(edit, (line) => (line.startsWith(common) ? line.slice(common.length) : line));
}

/** Whether the old text is one line, blank ones apart. */
function isOneLine(edit: TextEdit): boolean {
	return [...edit.lead, ...edit.old, ...edit.trail].filter((line) => line.trim() !== '').length === 1;
}

function typo(line: string, random: Random): string | null {
	const places = [...line.matchAll(/[a-z](?=[a-z])/gi)]
		.map((match) => match.index)
		.filter((at) => line[at] !== line[at + 1]);
	const at = random.pick(places);
	return at === undefined ? null : `${line.slice(0, at)}${line[at + 1]}${line[at]}${line.slice(at + 2)}`;
}

/** `edit` with one of its lines around changed or, when `change` gives null, left out. */
function changeContext(
	edit: TextEdit,
	random: Random,
	change: (line: string, place: 'inner' | 'edge') => string | null | 'impossible',
): TextEdit | null {
	const places = [
		...edit.lead.map((_, at) => ({ side: 'lead' as const, at })),
		...edit.trail.map((_, at) => ({ side: 'trail' as const, at })),
	];
	for (const { side, at } of random.shuffle(places)) {
		// Without the only line beside it, an insertion says plainly and uniquely another place: a different edit, not a slip.
		const beside = edit.old.length === 0 && at === (side === 'lead' ? edit.lead.length - 1 : 0);
		const alone = (side === 'lead' ? edit.trail : edit.lead).length === 0;
		const changed = change(edit[side][at] ?? '', beside && alone ? 'edge' : 'inner');
		if (changed === 'impossible') continue;
		const lines = [...edit[side]];
		lines.splice(at, 1, ...(changed === null ? [] : [changed]));
		return { ...edit, [side]: lines };
	}
	return null;
}

const smart = ' “note” – it’s';
const ascii = ` "note" - it's`;

/** Where the line around a hunk that is surely shown with it stands: before it, or after it at the start of a file. */
function neighbours(hunks: readonly Hunk[], total: number): Set<number> {
	return new Set(hunks.map((hunk) => (hunk.start > 0 ? hunk.start - 1 : hunk.end)).filter((at) => at < total));
}

function suffixNeighbours(given: EditCase, suffix: (file: TrialFile) => string): Trial {
	return withText(given, (text, file) => {
		const chosen = neighbours(file.hunks, linesOf(text).length);
		return text
			.split('\n')
			.map((line, index) => (chosen.has(index) ? line + suffix(file) : line))
			.join('\n');
	});
}

function numbered(lines: readonly string[], first: number, row: (number: number, index: number) => string): string[] {
	return lines.map((line, index) => row(first + index + 1, first + index) + line);
}

function withRows(given: EditCase, row: (file: TrialFile, number: number, index: number) => string): Trial {
	return {
		...clean(given),
		expected: 'refused',
		text(edit, file, hunk) {
			const make = (number: number, index: number) => row(file, number, index);
			const start = hunk.start - edit.lead.length;
			return {
				lead: numbered(edit.lead, start, make),
				old: numbered(edit.old, hunk.start, make),
				fresh: numbered(edit.fresh, hunk.start, make),
				trail: numbered(edit.trail, hunk.end, make),
			};
		},
		line: (edit, file) =>
			edit.lines.length === 0
				? null
				: { ...edit, lines: numbered(edit.lines, edit.start, (number, index) => row(file, number, index)) },
	};
}

function elision(file: TrialFile, random: Random): string {
	const comment = commentOf(file.path);
	const forms = [
		`${comment} ... existing code ...`,
		`${comment} ... rest of the function is unchanged ...`,
		`${comment} …`,
	];
	return random.pick(path.extname(file.path) === '.py' ? forms : [...forms, '...']) ?? '...';
}

/** Up to four unchanged lines after a hunk. */
function following(file: TrialFile, end: number): string[] {
	const stop = Math.min(
		...file.hunks.map((hunk) => (hunk.start >= end ? hunk.start : Number.POSITIVE_INFINITY)),
		end + 4,
	);
	return linesOf(file.shown).slice(end, stop);
}

export const scenarios: readonly Scenario[] = [
	{ name: 'clean', what: 'as it should be', formats: all, build: clean },
	{
		name: 'T1',
		what: 'trailing spaces in the old text',
		formats: texts,
		build: (given) =>
			withContext(clean(given), 0, (edit) => {
				const spaced = (lines: string[]) => lines.map((line) => `${line}  `);
				return {
					...edit,
					lead: spaced(edit.lead),
					old: spaced(edit.old),
					trail: spaced(edit.trail),
					freshLead: edit.lead,
					freshTrail: edit.trail,
				};
			}),
	},
	{
		name: 'T2',
		what: 'tabs for spaces or spaces for tabs',
		formats: texts,
		build: (given) =>
			withContext(clean(given), 0, (edit, file) => {
				const swapped = mapLines(edit, swapIndentation(file.shown));
				// Where one file has both, nobody can tell them apart afterwards.
				const own = [...edit.lead, ...edit.old, ...edit.fresh, ...edit.trail].map(indentOf);
				if (own.some((indent) => indent.startsWith('\t')) && own.some((indent) => indent.startsWith('    ')))
					return null;
				const changed = (lines: string[], before: string[]) => lines.some((line, index) => line !== before[index]);
				const seen =
					changed(swapped.lead, edit.lead) || changed(swapped.old, edit.old) || changed(swapped.trail, edit.trail);
				return seen ? swapped : null;
			}),
	},
	{
		name: 'T3',
		what: 'indentation left out of several lines',
		formats: texts,
		build: (given) => withContext(clean(given), 1, (edit) => (isOneLine(edit) ? null : dedent(edit))),
	},
	{
		name: 'T3a',
		what: 'indentation left out of a single line',
		formats: ['text'],
		build: (given) => withContext(clean(given), 0, (edit) => (isOneLine(edit) ? dedent(edit) : edit)),
	},
	{
		name: 'T4',
		what: 'plain for typographic punctuation around',
		formats: texts,
		build: (given) =>
			withContext(
				suffixNeighbours(given, (file) => ` ${commentOf(file.path)}${smart}`),
				1,
				(edit) => {
					const plain = (line: string) => line.replaceAll(smart, ascii);
					return { ...edit, lead: edit.lead.map(plain), trail: edit.trail.map(plain) };
				},
			),
	},
	{
		name: 'T5',
		what: 'a line around left out',
		formats: texts,
		build: (given, random) =>
			withContext(clean(given), 2, (edit) =>
				changeContext(edit, random, (_line, place) => (place === 'edge' ? 'impossible' : null)),
			),
	},
	{
		name: 'T6',
		what: 'a typo in a line around',
		formats: texts,
		build: (given, random) =>
			withContext(clean(given), 1, (edit) => changeContext(edit, random, (line) => typo(line, random) ?? 'impossible')),
	},
	{
		name: 'T7',
		what: 'the old text stands in several places',
		formats: texts,
		build: (given) => ({
			...withContext(clean(given), 0, (edit, file) => {
				const old = [...edit.lead, ...edit.old, ...edit.trail].join('\n');
				const flat = linesOf(file.shown).join('\n');
				return flat.indexOf(old) === flat.lastIndexOf(old) ? null : edit;
			}),
			context: { lines: 0, unique: 'not sought' },
		}),
	},
	{
		name: 'T8',
		what: 'a file with CRLF',
		formats: all,
		build: (given) => withText(given, (text) => text.replaceAll('\n', '\r\n')),
	},
	{ name: 'A1', what: 'first number one too small', formats: ['anchors'], build: (given) => slipped(given, -1, 0) },
	{ name: 'A2', what: 'last number one too large', formats: ['anchors'], build: (given) => slipped(given, 0, 1) },
	{ name: 'A3', what: 'both numbers one too large', formats: ['anchors'], build: (given) => slipped(given, 1, 1) },
	{ name: 'A4', what: 'both numbers four too small', formats: ['anchors'], build: (given) => slipped(given, -4, -4) },
	{
		name: 'A5',
		what: 'an invented tag',
		formats: ['anchors'],
		build: (given) => ({ ...clean(given), expected: 'refused', line: (edit) => ({ ...edit, tag: 'invented' }) }),
	},
	{
		name: 'D1',
		what: 'a line added at the top meanwhile',
		formats: all,
		build: (given) =>
			given.files.some((file) => file.hunks[0]?.start === 0)
				? null
				: withDrift(given, (file) => ({ live: `added meanwhile\n${file.shown}`, shift: (line) => line + 1 })),
	},
	{
		name: 'D2',
		what: 'the target changed meanwhile',
		formats: all,
		build: (given, random) => ({
			...withDrift(given, (file) => {
				const lines = file.shown.split('\n');
				for (const hunk of file.hunks) {
					const at = hunk.end > hunk.start ? hunk.start : Math.max(0, hunk.start - 1);
					const line = lines[at] ?? '';
					const cut = random.below(line.length + 1);
					lines[at] = `${line.slice(0, cut)}changed_meanwhile${line.slice(cut)}`;
				}
				return { live: lines.join('\n'), shift: (line) => line };
			}),
			context: { lines: 1, unique: 'sought' },
			expected: 'refused',
		}),
	},
	{
		name: 'D3',
		what: 'a twin of the target added above meanwhile',
		formats: all,
		build: (given) =>
			withDrift(given, (file) => {
				const lines = file.shown.replace(/\n$/, '').split('\n');
				const twins = file.hunks.flatMap((hunk) => lines.slice(Math.max(0, hunk.start - 4), hunk.end + 4));
				return { live: `${twins.join('\n')}\n${file.shown}`, shift: (line) => line + twins.length };
			}),
	},
	{
		name: 'D4',
		what: 'a line added at the end meanwhile',
		formats: all,
		build: (given) =>
			given.files.some((file) => !file.before.endsWith('\n') || file.hunks.at(-1)?.end === linesOf(file.before).length)
				? null
				: withDrift(given, (file) => ({ live: `${file.shown}added meanwhile\n`, shift: (line) => line })),
	},
	{
		name: 'rows',
		what: 'new lines carry anchors',
		formats: all,
		build: (given, random) =>
			withRows(given, (file, number, index) => {
				const { lines } = parseDocument(file.shown);
				return `${index < lines.length ? formatAnchor(lines, index) : `${number}${random.pick(['k3', 'ab', 'x7'])}`}:`;
			}),
	},
	{
		name: 'numbers',
		what: 'lines pasted with their numbers',
		formats: all,
		build: (given, random) => {
			const style = random.below(3);
			return withRows(
				given,
				(_file, number) => [`${String(number).padStart(6)}\t`, `${number}: `, `${number} | `][style] ?? '',
			);
		},
	},
	{
		name: 'escaped',
		what: 'line breaks escaped twice',
		formats: all,
		build: (given) => ({
			...clean(given),
			expected: 'refused',
			text(edit) {
				if (edit.fresh.length < 2) return null;
				const joined = (lines: string[]) => (lines.length === 0 ? [] : [lines.join('\\n')]);
				const old = joined([...edit.lead, ...edit.old, ...edit.trail]);
				return { lead: [], old, fresh: joined([...edit.lead, ...edit.fresh, ...edit.trail]), trail: [] };
			},
			line: (edit) => (edit.lines.length < 2 ? null : { ...edit, lines: [edit.lines.join('\\n')] }),
		}),
	},
	{
		name: 'elided',
		what: 'new text says "existing code" for lines it leaves out',
		formats: all,
		build: (given, random) => ({
			...clean(given),
			expected: 'refused',
			text(edit, file, hunk) {
				const rest = following(file, hunk.end);
				if (rest.length < 2 || edit.trail.length > rest.length) return null;
				return { ...edit, trail: rest, freshLead: edit.lead, freshTrail: [elision(file, random)] };
			},
			line(edit, file) {
				const rest = following(file, edit.end);
				return rest.length < 2
					? null
					: { ...edit, end: edit.end + rest.length, lines: [...edit.lines, elision(file, random)] };
			},
		}),
	},
	{
		name: 'no end',
		what: 'a file without a final line end',
		formats: all,
		build: (given) => withText(given, (text) => text.replace(/\n$/, '')),
	},
	{
		name: 'BOM',
		what: 'a file with a byte order mark',
		formats: all,
		build: (given) => withText(given, (text) => `\uFEFF${text}`),
	},
	{
		name: 'mixed',
		what: 'a file with both line ends',
		formats: all,
		build: (given, random) =>
			withText(given, (text) => text.replaceAll('\n', () => (random.below(2) === 0 ? '\n' : '\r\n'))),
	},
	{
		name: 'long',
		what: 'a line of 3,000 characters beside the target',
		formats: all,
		build: (given) => suffixNeighbours(given, (file) => ` ${commentOf(file.path)} ${'x'.repeat(3000)}`),
	},
	{
		name: 'tag',
		what: 'the tag of another file',
		formats: ['anchors'],
		build: (given) => ({ ...clean(given), expected: 'refused', line: (edit) => ({ ...edit, tag: 'of another file' }) }),
	},
	{
		name: 'dollar',
		what: 'replacement patterns in the new text',
		formats: all,
		build: (given) => {
			const files = given.files.map((file) => ({
				...file,
				hunks: file.hunks.map((hunk) => ({
					...hunk,
					lines: hunk.lines.map((line) => `${line} ${commentOf(file.path)} $& $1 $$`),
				})),
			}));
			return clean({ ...given, files });
		},
	},
	{
		name: 'replay',
		what: 'the same call sent again',
		formats: all,
		build: (given) => ({ ...clean(given), sent: 'twice' }),
	},
];

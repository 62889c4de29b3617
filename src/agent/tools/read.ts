import { z } from 'zod';
import { formatHeader, formatRow } from './format-rows.ts';
import { formatAbsent, readText } from './read-text.ts';
import { parseDocument } from './text-document.ts';
import { defineTool } from './tool.ts';

const maxLines = 2000;
const maxCharacters = 50_000;

export const readTool = defineTool({
	name: 'read',
	description:
		'Shows a text file: a header [path @tag from-to/total], then a row per line, ANCHOR:text, where the anchor (like 12k3) is the line number and two check characters. edit needs the tag and anchors exactly as shown. Shows at most 2000 lines or 50 KB; the end says how to go on.',
	effect: 'reads',
	parameters: z.strictObject({
		path: z.string().describe('Relative to the repository root'),
		from: z.number().int().min(1).optional().describe('First line, from 1'),
		lines: z.number().int().min(1).optional().describe('How many lines'),
	}),
	async execute(args, context) {
		const file = await readText(context.workspace.directory, args.path);
		if (file.kind === 'refused') return { kind: 'error', text: file.reason };
		if (file.kind === 'absent') return { kind: 'error', text: formatAbsent(file.path) };
		const { lines } = parseDocument(file.text);
		const tag = context.snapshots.keep(file.path, file.text);
		if (lines.length === 0)
			return { kind: 'ok', text: `${formatHeader(file.path, tag, -1, -1, 0)}\n(the file is empty)` };
		const first = (args.from ?? 1) - 1;
		if (first >= lines.length) {
			return {
				kind: 'error',
				text: `E_RANGE ${file.path} has ${lines.length} lines; line ${first + 1} does not exist.`,
			};
		}
		const wanted = Math.min(lines.length, first + Math.min(args.lines ?? maxLines, maxLines));
		const rows: string[] = [];
		let characters = 0;
		let end = first;
		while (end < wanted) {
			const row = formatRow(lines, end);
			if (rows.length > 0 && characters + row.length > maxCharacters) break;
			rows.push(row);
			characters += row.length + 1;
			end += 1;
		}
		const more = end < lines.length ? `\n(${lines.length - end} more lines; go on with from: ${end + 1})` : '';
		return {
			kind: 'ok',
			text: `${formatHeader(file.path, tag, first, end - 1, lines.length)}\n${rows.join('\n')}${more}`,
		};
	},
});

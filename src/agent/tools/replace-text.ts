import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { allowed, checkChange } from './check-change.ts';
import { commitFiles } from './commit-files.ts';
import { showChanges } from './edit.ts';
import { formatExcerpt } from './format-rows.ts';
import { replaceText } from './match-text.ts';
import { formatAbsent, readText } from './read-text.ts';
import { parseDocument } from './text-document.ts';
import { defineTool } from './tool.ts';

export const replaceTextTool = defineTool({
	name: 'replace_text',
	description:
		'Replaces text that stands exactly once in a file. Give enough of the lines around it to make it unique. The answer shows the change with its new tag and anchors.',
	effect: 'writes',
	parameters: z.strictObject({
		path: z.string(),
		old: z.string().min(1).describe('The text to replace, as it stands in the file, without anchors'),
		new: z.string().describe('What stands there afterwards'),
		allow: allowed,
	}),
	async execute(args, context) {
		const root = context.workspace.directory;
		const file = await readText(root, args.path);
		if (file.kind === 'refused') return { kind: 'error', text: `${file.reason} Nothing was written.` };
		if (file.kind === 'absent') return { kind: 'error', text: `${formatAbsent(file.path)} Nothing was written.` };
		const found = replaceText(file.text, args.old, args.new);
		const { lines } = parseDocument(file.text);
		if (found.kind === 'ambiguous') {
			const tag = context.snapshots.keep(file.path, file.text);
			const places = found.starts.slice(0, 5).map((at) => formatExcerpt(file.path, tag, lines, at - 1, at + 2));
			return {
				kind: 'error',
				text: `E_AMBIGUOUS ${file.path}: the old text stands in ${found.starts.length} places. Nothing was written. Give more lines around it, or use edit with these anchors:\n${places.join('\n')}`,
			};
		}
		if (found.kind === 'absent') {
			const tag = context.snapshots.keep(file.path, file.text);
			const near = nearestLine(
				lines.map((line) => line.text),
				args.old.split('\n'),
			);
			const hint =
				near === null
					? 'Read the file.'
					: `The nearest lines are:\n${formatExcerpt(file.path, tag, lines, near - 2, near + Math.min(30, args.old.split('\n').length + 3))}`;
			return {
				kind: 'error',
				text: `E_NOT_FOUND ${file.path}: the old text is not in the file. Nothing was written. ${hint}`,
			};
		}
		if (found.kind === 'applied') {
			const tag = context.snapshots.keep(file.path, file.text);
			return {
				kind: 'error',
				text: `E_NOOP ${file.path}: the new text stands there already. Nothing was written. To add it once more, use edit with these anchors:\n${formatExcerpt(file.path, tag, lines, found.start - 2, found.start + 6)}`,
			};
		}
		if (found.kind === 'unclear indentation') {
			const tag = context.snapshots.keep(file.path, file.text);
			return {
				kind: 'error',
				text: `E_INDENT ${file.path}: the old text is a line without its indentation, and lines of the new text have less than that line. Nothing was written. Give whole lines with the indentation they have in the file:\n${formatExcerpt(file.path, tag, lines, found.start - 1, found.start + 1)}`,
			};
		}
		if (found.text === file.text) {
			return { kind: 'error', text: `E_NOOP ${file.path}: old and new are the same. Nothing was written.` };
		}
		const known = context.snapshots.latest(file.path);
		// What stood there exactly when the model looked is gone: what is merely like it is something else.
		const shown = found.tier === 'exact' ? null : known?.map((line) => line.text).join('\n');
		if (shown?.includes(args.old.replaceAll('\r\n', '\n')) === true) {
			const tag = context.snapshots.keep(file.path, file.text);
			return {
				kind: 'error',
				text: `E_STALE ${file.path}: the old text was in the file when it was shown, and only something like it is now. Nothing was written. If this is meant, give it as it stands:\n${formatExcerpt(file.path, tag, lines, found.replaced.start - 2, found.replaced.end + 2)}`,
			};
		}
		// A line of which the model named a part may have changed in the other part since it looked.
		const changed = found.partial.find((at) => known?.every((line) => line.text !== lines[at]?.text));
		if (changed !== undefined) {
			const tag = context.snapshots.keep(file.path, file.text);
			return {
				kind: 'error',
				text: `E_STALE ${file.path}: line ${changed + 1} is not as it was shown, and the old text is only a part of it. Nothing was written. Send the same call again if this is what you meant:\n${formatExcerpt(file.path, tag, lines, found.replaced.start - 2, found.replaced.end + 2)}`,
			};
		}
		const fresh = [{ start: found.replaced.start, lines: args.new.split(/\r?\n/) }];
		const odd = checkChange({ path: file.path, before: file.text, after: found.text, fresh }, args.allow);
		if (odd !== null) return { kind: 'error', text: odd };
		const relative = path.relative(await realpath(root), file.real);
		const failed = await commitFiles(root, [{ path: relative, before: file.text, after: found.text, mode: file.mode }]);
		if (failed !== null) return { kind: 'error', text: failed };
		context.snapshots.keep(file.path, found.text);
		const how = found.tier === 'exact' ? '' : `(found by ignoring differences of ${found.tier})\n`;
		return { kind: 'ok', text: how + showChanges(file.path, found.text, [found.changed]) };
	},
});

/** Index of the line from which the file is most like the wanted lines, by the words they share; null when it is hardly. */
function nearestLine(lines: readonly string[], wanted: readonly string[]): number | null {
	const words = (text: string) => text.match(/\w{3,}/g) ?? [];
	const sought = new Set(wanted.flatMap(words));
	const shared = lines.map((line) => words(line).filter((word) => sought.has(word)).length);
	let sum = shared.slice(0, wanted.length).reduce((total, count) => total + count, 0);
	let best = 0;
	let most = sum;
	for (let start = 1; start < lines.length; start += 1) {
		sum += (shared[start + wanted.length - 1] ?? 0) - (shared[start - 1] ?? 0);
		if (sum > most) {
			most = sum;
			best = start;
		}
	}
	return most * 3 < sought.size || most === 0 ? null : best;
}

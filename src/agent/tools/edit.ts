import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { contentTag } from './anchor.ts';
import { allowed, checkChange } from './check-change.ts';
import { commitFiles, type FileWrite } from './commit-files.ts';
import { formatExcerpt } from './format-rows.ts';
import { FileEdit, planEdits } from './plan-edits.ts';
import { formatAbsent, readText } from './read-text.ts';
import { parseDocument } from './text-document.ts';
import { defineTool } from './tool.ts';

export const editTool = defineTool({
	name: 'edit',
	description:
		'Changes lines of files by the tags and anchors that read, grep and earlier edits showed. All anchors of a call refer to the tagged text, so edits do not shift each other. All files are written or none. The answer shows the new tags and anchors around each change.',
	effect: 'writes',
	parameters: z.strictObject({
		files: z
			.array(z.strictObject({ path: z.string(), tag: z.string(), edits: z.array(FileEdit).min(1) }))
			.min(1)
			.max(50),
		allow: allowed,
	}),
	async execute(args, context) {
		const root = context.workspace.directory;
		const realRoot = await realpath(root);
		const writes: FileWrite[] = [];
		const shown: { path: string; text: string; changed: { start: number; end: number }[] }[] = [];
		for (const asked of args.files) {
			const file = await readText(root, asked.path);
			if (file.kind === 'refused') return { kind: 'error', text: `${file.reason} Nothing was written.` };
			if (file.kind === 'absent') return { kind: 'error', text: `${formatAbsent(file.path)} Nothing was written.` };
			const relative = path.relative(realRoot, file.real);
			if (writes.some((write) => write.path === relative)) {
				return {
					kind: 'error',
					text: `E_OVERLAP ${file.path} is named twice. Nothing was written. Put its edits together.`,
				};
			}
			const tag = asked.tag.replace(/^@/, '');
			const snapshot = context.snapshots.find(file.path, tag, file.text);
			if (snapshot === null) {
				const liveTag = context.snapshots.keep(file.path, file.text);
				const rows = showNamed(file.path, liveTag, file.text, asked.edits);
				return {
					kind: 'error',
					text: `E_TAG_UNKNOWN ${file.path}: @${tag.slice(0, 20)} was not shown in this session. Nothing was written. Never invent tags. The file is @${liveTag} now:\n${rows}`,
				};
			}
			const liveTag = context.snapshots.keep(file.path, file.text);
			const plan = planEdits({ path: file.path, tag, snapshot, live: file.text, liveTag }, asked.edits);
			if (plan.kind === 'error') return plan;
			const odd = checkChange({ path: file.path, before: file.text, after: plan.text, fresh: plan.fresh }, args.allow);
			if (odd !== null) return { kind: 'error', text: odd };
			writes.push({ path: relative, before: file.text, after: plan.text, mode: file.mode });
			shown.push({ path: file.path, text: plan.text, changed: plan.changed });
		}
		const failed = await commitFiles(root, writes);
		if (failed !== null) return { kind: 'error', text: failed };
		for (const file of shown) context.snapshots.keep(file.path, file.text);
		return { kind: 'ok', text: shown.map((file) => showChanges(file.path, file.text, file.changed)).join('\n') };
	},
});

/** The lines around those that the edits name, at most sixty rows. */
function showNamed(path: string, tag: string, text: string, edits: readonly FileEdit[]): string {
	const { lines } = parseDocument(text);
	const numbers = edits.flatMap((edit) => (edit.op === 'insert' ? [edit.after] : [edit.from, edit.to]));
	const named = numbers
		.map((anchor) => Number.parseInt(anchor, 10) - 1)
		.filter((index) => index >= 0 && index < lines.length);
	const from = Math.min(...named, lines.length) - 3;
	return named.length === 0
		? formatExcerpt(path, tag, lines, 0, 20)
		: formatExcerpt(path, tag, lines, from, Math.min(Math.max(...named) + 3, from + 60));
}

/** Each changed place with three lines around it; places that touch are shown together, at most 60 lines of each. */
export function showChanges(path: string, text: string, changed: readonly { start: number; end: number }[]): string {
	const { lines } = parseDocument(text);
	const tag = contentTag(text);
	const places: { from: number; to: number }[] = [];
	for (const { start, end } of changed) {
		const last = places.at(-1);
		const to = Math.min(end + 2, start + 60);
		if (last !== undefined && start - 3 <= last.to + 1) last.to = Math.max(last.to, to);
		else places.push({ from: start - 3, to });
	}
	if (lines.length === 0) return `[${path} @${tag} 0-0/0]\n(the file is empty now)`;
	return places
		.map((place) => formatExcerpt(path, tag, lines, Math.min(place.from, lines.length - 1), place.to))
		.join('\n');
}

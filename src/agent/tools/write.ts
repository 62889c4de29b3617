import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { contentTag } from './anchor.ts';
import { allowed, checkChange } from './check-change.ts';
import { formatHeader } from './format-rows.ts';
import { readText } from './read-text.ts';
import { parseDocument } from './text-document.ts';
import { defineTool } from './tool.ts';
import { writeText } from './write-text.ts';

export const writeTool = defineTool({
	name: 'write',
	description:
		'Writes a whole file. A new file needs no tag. To replace an existing file give its tag as shown by read; prefer edit or replace_text for changes.',
	effect: 'writes',
	parameters: z.strictObject({
		path: z.string(),
		content: z.string(),
		tag: z.string().optional().describe('Tag of the existing file that is replaced'),
		allow: allowed,
	}),
	async execute(args, context) {
		const root = context.workspace.directory;
		const file = await readText(root, args.path);
		if (file.kind === 'refused') return { kind: 'error', text: `${file.reason} Nothing was written.` };
		if (file.kind === 'absent' && args.tag !== undefined) {
			return { kind: 'error', text: `E_ABSENT ${file.path} does not exist, so it has no tag. Nothing was written.` };
		}
		const before = file.kind === 'text' ? file : null;
		if (before !== null) {
			const tag = contentTag(before.text);
			const known = args.tag !== undefined && context.snapshots.find(before.path, args.tag, before.text);
			if (args.tag !== tag || !known || known.text !== before.text) {
				const why = args.tag === undefined ? 'exists already' : `is not as it was under @${args.tag}`;
				return { kind: 'error', text: `E_STALE ${before.path} ${why}. Nothing was written. Read it and give its tag.` };
			}
		}
		const content = before === null ? args.content : keepStyle(before.text, args.content);
		const fresh = [{ start: 0, lines: args.content.split(/\r?\n/) }];
		const change = { path: file.path, before: before?.text ?? '', after: content, fresh };
		const odd = checkChange(change, args.allow);
		if (odd !== null) return { kind: 'error', text: odd };
		const relative = before === null ? file.path : path.relative(await realpath(root), before.real);
		const failed = await writeText(root, relative, content, before?.mode ?? 0o644);
		if (failed !== null) return { kind: 'error', text: failed };
		const { lines } = parseDocument(content);
		const tag = context.snapshots.keep(file.path, content);
		return { kind: 'ok', text: `written\n${formatHeader(file.path, tag, 0, lines.length - 1, lines.length)}` };
	},
});

/** A file that had a byte order mark or only CRLF line ends keeps them: models do not see either. */
function keepStyle(before: string, content: string): string {
	const old = parseDocument(before);
	const crlf = old.lines.length > 0 && old.lines.every((line) => line.eol !== '\n') && before.includes('\r\n');
	const body = crlf && !content.includes('\r') ? content.replaceAll('\n', '\r\n') : content;
	return body.startsWith('\uFEFF') ? body : old.bom + body;
}

import { z } from 'zod';
import { formatHeader, formatRow } from './format-rows.ts';
import { locatePath } from './locate-path.ts';
import { quoteShell } from './quote-shell.ts';
import { readText } from './read-text.ts';
import { parseDocument } from './text-document.ts';
import { defineTool } from './tool.ts';

const maxHits = 200;
const shownColumns = 500;

export const grepTool = defineTool({
	name: 'grep',
	description:
		'Searches text files for a regular expression (Perl syntax), line by line. Hits are shown as in read, with the tag and anchors that edit takes. Ignored and binary files are left out. At most 200 hits.',
	effect: 'reads',
	parameters: z.strictObject({
		pattern: z.string().min(1).max(1000),
		path: z.string().optional().describe('File or directory to search in; the whole repository when left out'),
		ignore_case: z.boolean().optional(),
	}),
	async execute(args, context) {
		if (/[\0\n]/.test(args.pattern)) return { kind: 'error', text: 'E_PATTERN the pattern must be one line.' };
		const located = locatePath(context.workspace.directory, args.path ?? '.');
		if (located.kind === 'refused') return { kind: 'error', text: located.reason };
		// The pattern is the model's: it runs in the sandbox with a time limit, where a catastrophic one can only waste its own time.
		const script = [
			'GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null git grep --no-index --exclude-standard --no-color -n -z -I -P',
			`${args.ignore_case === true ? '-i ' : ''}-e ${quoteShell(args.pattern)} -- ${quoteShell(located.path === '' ? '.' : `:(literal)${located.path}`)}`,
		].join(' ');
		const result = await context.workspace.run(script, Math.min(20_000, context.remainingMs()), context.signal);
		const output = new TextDecoder().decode(result.output);
		if (result.timedOut)
			return { kind: 'error', text: 'E_PATTERN the search took too long. Use a simpler pattern or a path.' };
		if (result.exitCode === 1) return { kind: 'ok', text: '(no hits)' };
		if (result.exitCode !== 0) return { kind: 'error', text: `E_PATTERN ${output.trim().slice(0, 300)}` };

		const hits = parseHits(output);
		const total = [...hits.values()].reduce((sum, lines) => sum + lines.length, 0);
		const parts: string[] = [];
		let left = maxHits;
		for (const [path, numbers] of hits) {
			if (left === 0) break;
			const file = await readText(context.workspace.directory, path);
			if (file.kind !== 'text') continue;
			const { lines } = parseDocument(file.text);
			const shown = numbers.filter((index) => index < lines.length).slice(0, left);
			const first = shown[0];
			const last = shown.at(-1);
			if (first === undefined || last === undefined) continue;
			left -= shown.length;
			const tag = context.snapshots.keep(file.path, file.text);
			parts.push(formatHeader(file.path, tag, first, last, lines.length));
			for (const index of shown) parts.push(formatRow(lines, index, shownColumns));
		}
		const cut = result.outputBytes > result.output.length;
		if (cut) parts.push('(there are more hits than could be read; use a narrower pattern or a path)');
		else if (total > maxHits)
			parts.push(`(${total - maxHits} more of ${total} hits; use a narrower pattern or a path)`);
		return { kind: 'ok', text: parts.length === 0 ? '(no hits in readable files)' : parts.join('\n') };
	},
});

/** `git grep -n -z` prints `path NUL line NUL text LF`. Indices from 0 by path, in the order of the output. */
function parseHits(output: string): Map<string, number[]> {
	const hits = new Map<string, number[]>();
	for (const line of output.split('\n')) {
		const [path, number] = line.split('\0', 2);
		if (path === undefined || number === undefined || !/^\d+$/.test(number)) continue;
		const known = hits.get(path) ?? [];
		known.push(Number(number) - 1);
		hits.set(path, known);
	}
	return hits;
}

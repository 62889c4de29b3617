import { z } from 'zod';
import { readShown, type Shown } from './read-shown.ts';
import type { FileChange } from './step.ts';

const Edit = z.object({
	files: z.array(
		z.object({
			path: z.string(),
			tag: z.string(),
			edits: z.array(
				z.object({
					from: z.string().optional(),
					to: z.string().optional(),
					after: z.string().optional(),
					lines: z.array(z.string()).default([]),
				}),
			),
		}),
	),
});
const Replace = z.object({ path: z.string(), old: z.string(), new: z.string() });
const Write = z.object({ path: z.string(), content: z.string(), tag: z.string().optional() });

/** What one agent was shown of which files, from the results of its calls alone. */
export class FileKnowledge {
	/** Lines by number, by `path@tag`. */
	readonly #rows = new Map<string, Map<number, string>>();
	/** Texts of all lines that were ever shown, by path. */
	readonly #lines = new Map<string, Set<string>>();
	readonly #heard: { command: string; lines: Set<string> }[] = [];

	/** Takes in the rows that a result shows, and returns them. */
	learn(result: string): Shown[] {
		const shown = readShown(result);
		for (const { path, tag, lines } of shown) {
			for (const [number, text] of lines) this.#know(path, tag, number, text);
		}
		return shown;
	}

	/** Takes in a command's output: `cat a.js` is a look at a.js too. */
	hear(command: string, output: string): void {
		this.#heard.push({ command, lines: new Set(output.split('\n').map(squeeze)) });
	}

	/** What an accepted call changed. Arguments that cannot be understood change nothing that is known. */
	change(tool: string, args: unknown, result: string): FileChange[] {
		const changes = this.#changesOf(tool, args);
		for (const { path, added } of changes) for (const text of added) this.#linesOf(path).add(squeeze(text));
		const shown = this.learn(result);
		const written = tool === 'write' ? Write.safeParse(args) : null;
		const tag = shown.at(-1)?.tag;
		if (written?.success && tag !== undefined) {
			for (const [index, text] of written.data.content.split('\n').entries()) {
				this.#know(written.data.path, tag, index + 1, text);
			}
		}
		return changes;
	}

	#changesOf(tool: string, args: unknown): FileChange[] {
		if (tool === 'edit') {
			const edit = Edit.safeParse(args);
			return edit.success ? edit.data.files.map((file) => this.#edited(file)) : [];
		}
		if (tool === 'replace_text') {
			const replace = Replace.safeParse(args);
			if (!replace.success) return [];
			const { path, old } = replace.data;
			const before = old.split('\n');
			const inspected = before.every((line) => squeeze(line) === '' || this.#wasShown(path, line));
			return [{ path, created: false, inspected, ...diffLines(before, replace.data.new.split('\n')) }];
		}
		const write = Write.safeParse(args);
		if (!write.success) return [];
		const { path, tag, content } = write.data;
		const rows = tag === undefined ? undefined : this.#rows.get(`${path}@${tag.replace(/^@/, '')}`);
		const difference = diffLines([...(rows?.values() ?? [])], content.split('\n'));
		return [{ path, created: tag === undefined, inspected: tag === undefined || rows !== undefined, ...difference }];
	}

	#edited(file: z.infer<typeof Edit>['files'][number]): FileChange {
		const rows = this.#rows.get(`${file.path}@${file.tag.replace(/^@/, '')}`) ?? new Map<number, string>();
		const before: string[] = [];
		const after: string[] = [];
		let inspected = true;
		for (const { from, to, after: anchor, lines } of file.edits) {
			after.push(...lines);
			if (anchor !== undefined) {
				const number = Number.parseInt(anchor, 10);
				inspected &&= Number.isNaN(number) ? rows.size > 0 || this.#lines.has(file.path) : rows.has(number);
				continue;
			}
			const first = Number.parseInt(from ?? '', 10);
			const last = Number.parseInt(to ?? '', 10);
			for (let number = first; number <= Math.min(last, first + 100_000); number += 1) {
				const text = rows.get(number);
				if (text === undefined) inspected = false;
				else before.push(text);
			}
		}
		return { path: file.path, created: false, inspected, ...diffLines(before, after) };
	}

	#wasShown(path: string, line: string): boolean {
		const text = squeeze(line);
		const parts = this.#lines.get(path);
		if (parts !== undefined && (parts.has(text) || [...parts].some((known) => known.includes(text)))) return true;
		const name = path.slice(path.lastIndexOf('/') + 1);
		return this.#heard.some(({ command, lines }) => command.includes(name) && lines.has(text));
	}

	#know(path: string, tag: string, number: number, text: string): void {
		const key = `${path}@${tag}`;
		const rows = this.#rows.get(key) ?? new Map<number, string>();
		rows.set(number, text);
		this.#rows.set(key, rows);
		this.#linesOf(path).add(squeeze(text));
	}

	#linesOf(path: string): Set<string> {
		const lines = this.#lines.get(path) ?? new Set<string>();
		this.#lines.set(path, lines);
		return lines;
	}
}

/** Lines that only one side has; one that stands on both sides was carried over. Blank lines do not count. */
function diffLines(before: readonly string[], after: readonly string[]): { removed: string[]; added: string[] } {
	const counts = new Map<string, number>();
	for (const line of after) counts.set(line, (counts.get(line) ?? 0) + 1);
	const removed = before.filter((line) => {
		const left = counts.get(line) ?? 0;
		if (left > 0) counts.set(line, left - 1);
		return left === 0 && line.trim() !== '';
	});
	const added = [...counts].flatMap(([line, count]) => (line.trim() === '' ? [] : Array<string>(count).fill(line)));
	return { removed, added };
}

function squeeze(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

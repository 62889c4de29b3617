import { readText } from './read-text.ts';
import { writeText } from './write-text.ts';

/** A file to be replaced: `before` is what it must still hold. */
export interface FileWrite {
	/** Relative to the root, with links followed. */
	path: string;
	before: string;
	after: string;
	mode: number;
}

/** Writes all files or none: when one cannot be written, those before it get their old text back. Null, or why not. */
export async function commitFiles(root: string, writes: readonly FileWrite[]): Promise<string | null> {
	for (const write of writes) {
		const file = await readText(root, write.path);
		if (file.kind !== 'text' || file.text !== write.before) {
			return `E_STALE ${write.path} changed while it was being edited. Nothing was written. Read it again.`;
		}
	}
	const done: FileWrite[] = [];
	for (const write of writes) {
		const failed = await writeText(root, write.path, write.after, write.mode);
		if (failed === null) {
			done.push(write);
			continue;
		}
		for (const undo of done) await writeText(root, undo.path, undo.before, undo.mode);
		return failed;
	}
	return null;
}

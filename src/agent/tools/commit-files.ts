import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { stagingOf } from '../../core/staging-of.ts';
import { readText } from './read-text.ts';
import { writeText } from './write-text.ts';

const FileWrite = z.object({
	/** Relative to the root, with links followed. */
	path: z.string(),
	before: z.string(),
	after: z.string(),
	mode: z.number(),
});
/** A file to be replaced: `before` is what it must still hold. */
export type FileWrite = z.infer<typeof FileWrite>;

/** What is being done to several files, on disk from before the first is touched until after the last. */
const Intent = z.object({ towards: z.enum(['after', 'before']), writes: z.array(FileWrite) });
type Intent = z.infer<typeof Intent>;

/**
 * Writes all files or none: when one cannot be written, those before it get their old text back. A process that dies in between
 * leaves a record from which `recoverFiles` finishes. Null, or why nothing was written.
 *
 * @throws Fault permanent when the disk is full; then the files that were written have their old text if that could be.
 */
export async function commitFiles(root: string, writes: readonly FileWrite[]): Promise<string | null> {
	for (const write of writes) {
		const file = await readText(root, write.path);
		if (file.kind !== 'text' || file.text !== write.before) {
			return `E_STALE ${write.path} changed while it was being edited. Nothing was written. Read it again.`;
		}
	}
	const [only, ...others] = writes;
	if (only !== undefined && others.length === 0) return writeText(root, only.path, only.after, only.mode);
	return carryOut(root, { towards: 'after', writes: [...writes] });
}

/**
 * Finishes what a process that died was writing to several files of this worktree: all files have their new text afterwards, or
 * all their old. A file that holds neither is somebody else's by now and stays as it is. Called before anything else touches the
 * tree.
 */
export async function recoverFiles(root: string): Promise<void> {
	const intent = await loadIntent(root);
	if (intent !== null) await carryOut(root, intent);
	await rm(stagingOf(root), { recursive: true, force: true });
}

async function carryOut(root: string, intent: Intent): Promise<string | null> {
	try {
		await saveIntent(root, intent);
		const failed = await writeAll(root, intent);
		if (failed === null || intent.towards === 'before') return failed;
		const back: Intent = { ...intent, towards: 'before' };
		await saveIntent(root, back);
		await writeAll(root, back);
		return failed;
	} catch (error) {
		await writeAll(root, { ...intent, towards: 'before' }).catch(() => undefined);
		throw error;
	} finally {
		await rm(stagingOf(root), { recursive: true, force: true });
	}
}

async function writeAll(root: string, { towards, writes }: Intent): Promise<string | null> {
	for (const write of writes) {
		const file = await readText(root, write.path);
		const text = file.kind === 'text' ? file.text : null;
		if (text === write[towards]) continue;
		if (text !== write.before && text !== write.after) {
			if (towards === 'before') continue;
			return `E_STALE ${write.path} changed while it was being edited. Nothing was written. Read it again.`;
		}
		const failed = await writeText(root, write.path, write[towards], write.mode);
		if (failed !== null) return failed;
	}
	return null;
}

async function saveIntent(root: string, intent: Intent): Promise<void> {
	const staging = stagingOf(root);
	const file = path.join(staging, 'intent.json');
	await mkdir(staging, { recursive: true });
	await writeFile(`${file}.new`, JSON.stringify(intent), { flush: true });
	await rename(`${file}.new`, file);
}

async function loadIntent(root: string): Promise<Intent | null> {
	const text = await readFile(path.join(stagingOf(root), 'intent.json'), 'utf8').catch(() => null);
	return text === null ? null : Intent.parse(JSON.parse(text));
}

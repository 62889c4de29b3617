import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../core/fault.ts';
import { openInside } from './open-inside.ts';

/**
 * Replaces or creates a file: a new one beside it, then renamed over it, so a reader sees the old text or the new one. The disk is not
 * waited for: after a power cut the whole worktree is made anew from the journal. The directory is opened and checked first and the
 * file is made through that descriptor, so a link swapped in meanwhile leads nowhere.
 *
 * @returns null, or why nothing was written.
 * @throws Fault permanent when the disk is full.
 */
export async function writeText(root: string, relative: string, text: string, mode: number): Promise<string | null> {
	const made = await makeDirectories(root, path.dirname(relative));
	if (made !== null) return made;
	const opened = await openInside(root, path.dirname(relative), 'directory');
	if (opened.kind === 'refused') return opened.reason;
	if (opened.kind === 'absent') return `E_PATH ${path.dirname(relative)} is not a directory.`;
	const base = process.platform === 'linux' ? `/proc/self/fd/${opened.handle.fd}` : opened.real;
	const target = path.join(base, path.basename(relative));
	const temporary = path.join(base, `.${path.basename(relative).slice(0, 200)}.writing`);
	try {
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
		const file = await openFresh(temporary, flags, mode);
		try {
			await file.writeFile(text);
			await file.chmod(mode);
		} finally {
			await file.close();
		}
		await rename(temporary, target);
		return null;
	} catch (error) {
		await unlink(temporary).catch(() => undefined);
		return explain(relative, error);
	} finally {
		await opened.handle.close();
	}
}

/** What the model is told; a full disk is nothing that it could mend. */
function explain(relative: string, error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : 'EIO';
	if (code === 'ENOSPC' || code === 'EDQUOT') {
		throw new Fault('permanent', `the disk with the worktrees is full (${code})`, { cause: error });
	}
	return `E_PATH ${relative} cannot be written (${code}). Nothing was written.`;
}

/** A leftover of a process that died while writing is in nobody's use: there is one writer. */
async function openFresh(temporary: string, flags: number, mode: number) {
	await unlink(temporary).catch(() => undefined);
	return open(temporary, flags, mode);
}

/** Makes the missing directories one by one; each that exists must be a directory, not a link. */
async function makeDirectories(root: string, relative: string): Promise<string | null> {
	if (relative === '.') return null;
	let done = '';
	for (const part of relative.split('/')) {
		done = path.posix.join(done, part);
		const full = path.join(root, done);
		const existing = await lstat(full).catch(() => null);
		if (existing === null) {
			const opened = await openInside(root, path.posix.dirname(done), 'directory');
			if (opened.kind === 'absent') return `E_PATH ${path.posix.dirname(done)} is not a directory.`;
			if (opened.kind === 'refused') return opened.reason;
			await opened.handle.close();
			try {
				await mkdir(full);
			} catch (error) {
				return explain(done, error);
			}
		} else if (!existing.isDirectory() && !existing.isSymbolicLink()) {
			return `E_PATH ${done} is a file, so ${relative} cannot be a directory.`;
		}
	}
	return null;
}

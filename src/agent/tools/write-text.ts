import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../core/fault.ts';
import { stagingOf } from '../../core/staging-of.ts';
import { openInside } from './open-inside.ts';

/**
 * Replaces or creates a file: a new one outside the worktree, synced, then renamed over it, so a reader sees the old text or the new
 * one and a process that dies leaves nothing in the worktree. The directory is opened and checked first and the file is put there
 * through that descriptor, so a link swapped in meanwhile leads nowhere.
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
	const staging = stagingOf(root);
	try {
		await mkdir(staging, { recursive: true });
		try {
			await writeThrough(path.join(staging, 'new'), target, text, mode);
		} catch (error) {
			if (!isCrossDevice(error)) throw error;
			// The directory is a mount of its own: the new file has to be made in it.
			await writeThrough(path.join(base, `.${path.basename(relative).slice(0, 200)}.writing`), target, text, mode);
		}
		return null;
	} catch (error) {
		return explain(relative, error);
	} finally {
		await opened.handle.close();
		// Not when something else is still staged.
		await rmdir(staging).catch(() => undefined);
	}
}

/** A leftover of a process that died while writing is in nobody's use: there is one writer. */
async function writeThrough(temporary: string, target: string, text: string, mode: number): Promise<void> {
	await unlink(temporary).catch(() => undefined);
	try {
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
		const file = await open(temporary, flags, mode);
		try {
			await file.writeFile(text);
			await file.chmod(mode);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, target);
	} catch (error) {
		await unlink(temporary).catch(() => undefined);
		throw error;
	}
}

function isCrossDevice(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EXDEV';
}

/** What the model is told; a full disk is nothing that it could mend. */
function explain(relative: string, error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : 'EIO';
	if (code === 'ENOSPC' || code === 'EDQUOT') {
		throw new Fault('permanent', `the disk with the worktrees is full (${code})`, { cause: error });
	}
	return `E_PATH ${relative} cannot be written (${code}). Nothing was written.`;
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

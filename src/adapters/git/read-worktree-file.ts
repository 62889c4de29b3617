import { constants, type Stats } from 'node:fs';
import { lstat, open, readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileMode } from '../../core/change-set.ts';
import { Fault } from '../../core/fault.ts';
import { decodePath, locate, type RawPath } from './raw-path.ts';

/** GitHub refuses larger files. https://docs.github.com/en/repositories/working-with-files/managing-large-files */
export const fileLimit = 100 * 1024 * 1024;

/**
 * A file or link of a worktree that an agent wrote; null when there is none (missing, a directory, a socket, or reached only
 * through a link). The attack stopped here: a tracked directory replaced by a link to `/etc`, so that the host would read and
 * publish a file of its own.
 * @throws Fault permanent for a file that is too large.
 */
export async function readWorktreeFile(
	directory: string,
	path: RawPath,
): Promise<{ mode: FileMode; content: Buffer } | null> {
	const place = locate(directory, path);
	const facts = await lstatOrNull(place);
	if (facts?.isSymbolicLink()) return await readLink(place);
	if (!facts?.isFile()) return null;
	if (facts.size > fileLimit) {
		throw new Fault('permanent', `${decodePath(path)} has ${facts.size} bytes; GitHub takes at most ${fileLimit}`);
	}
	const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
	if (file === null) return null;
	try {
		const opened = await file.stat();
		if (!opened.isFile() || !(await pathOf(file.fd, place)).equals(place)) return null;
		return { mode: (opened.mode & 0o100) === 0 ? '100644' : '100755', content: await file.readFile() };
	} finally {
		await file.close();
	}
}

/** What was really opened, which cannot change any more; on systems without `/proc` what the path leads to now. */
async function pathOf(descriptor: number, place: Buffer): Promise<Buffer> {
	if (process.platform !== 'linux') return await realpath(place, 'buffer');
	return await readlink(`/proc/self/fd/${descriptor}`, 'buffer');
}

async function readLink(place: Buffer): Promise<{ mode: FileMode; content: Buffer } | null> {
	const parent = Buffer.from(dirname(place.toString('latin1')), 'latin1');
	if (!(await realpath(parent, 'buffer')).equals(parent)) return null;
	return { mode: '120000', content: await readlink(place, 'buffer') };
}

async function lstatOrNull(place: Buffer): Promise<Stats | null> {
	try {
		return await lstat(place);
	} catch {
		return null;
	}
}

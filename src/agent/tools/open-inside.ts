import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

export type Opened =
	| { kind: 'open'; handle: FileHandle; real: string; stats: Stats }
	| { kind: 'absent' }
	| { kind: 'refused'; reason: string };

const absentCodes = new Set(['ENOENT', 'ENOTDIR']);

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

/**
 * Opens for reading and then asks the system what was opened: not the name but the file must lie inside the root, so neither a link
 * anywhere on the way nor one swapped in meanwhile leads out. Never blocks on a pipe. The caller closes the handle.
 */
export async function openInside(root: string, relative: string, kind: 'file' | 'directory'): Promise<Opened> {
	const named = path.join(root, relative);
	const flags = constants.O_RDONLY | constants.O_NONBLOCK | (kind === 'directory' ? constants.O_DIRECTORY : 0);
	let handle: FileHandle;
	try {
		handle = await open(named, flags);
	} catch (error) {
		const code = codeOf(error);
		if (absentCodes.has(code)) return { kind: 'absent' };
		return { kind: 'refused', reason: `E_PATH ${relative} cannot be opened (${code}).` };
	}
	try {
		const real = await realPathOf(handle, named);
		const realRoot = await realpath(root);
		const stats = await handle.stat();
		const inside = real === realRoot || real.startsWith(`${realRoot}${path.sep}`);
		const expected = kind === 'directory' ? stats.isDirectory() : stats.isFile();
		if (inside && expected) return { kind: 'open', handle, real, stats };
		await handle.close();
		if (!inside) return { kind: 'refused', reason: `E_PATH ${relative} leads outside the repository.` };
		return { kind: 'refused', reason: `E_PATH ${relative} is not a regular ${kind}.` };
	} catch (error) {
		await handle.close();
		return { kind: 'refused', reason: `E_PATH ${relative} cannot be opened (${codeOf(error)}).` };
	}
}

/** Linux names what a descriptor holds; elsewhere the name is resolved after opening. */
async function realPathOf(handle: FileHandle, named: string): Promise<string> {
	if (process.platform === 'linux') return readlink(`/proc/self/fd/${handle.fd}`);
	return realpath(named);
}

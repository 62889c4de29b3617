import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { oddityOf } from '../src/core/check-change-set.ts';

/**
 * Writes a file into a worktree that may hold anything a repository can hold. Nothing of the repository may be running in it. A link
 * on the way, to lead the host's pen out of the worktree, is refused.
 * @returns why it was not written, or null.
 */
export async function placeFile(
	directory: string,
	path: string,
	bytes: Uint8Array,
	mode: '100644' | '100755',
): Promise<string | null> {
	const odd = oddityOf(path);
	if (odd !== null) return odd;
	const parts = path.split('/');
	for (let length = 1; length <= parts.length; length += 1) {
		const found = await lstat(join(directory, ...parts.slice(0, length))).catch(() => null);
		if (found === null) break;
		const fits = length === parts.length ? found.isFile() : found.isDirectory();
		if (!fits) return `${parts.slice(0, length).join('/')} is in the way`;
	}
	await mkdir(dirname(join(directory, path)), { recursive: true });
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
	const file = await open(join(directory, path), flags, 0o644);
	try {
		await file.writeFile(bytes);
		await file.chmod(mode === '100755' ? 0o755 : 0o644);
	} finally {
		await file.close();
	}
	return null;
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

export type ObjectType = 'blob' | 'tree' | 'commit';

/** Whether a bare repository holds this object as a file of its own. */
export function hasObject(gitDirectory: string, sha: string): boolean {
	return existsSync(pathOf(gitDirectory, sha));
}

/**
 * Writes an object into a bare repository in git's own format (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
 * @throws Error when its content does not have the SHA that it is said to have.
 */
export async function writeObject(
	gitDirectory: string,
	sha: string,
	type: ObjectType,
	content: Uint8Array,
): Promise<void> {
	const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
	const actual = createHash('sha1').update(whole).digest('hex');
	if (actual !== sha) throw new Error(`the ${type} ${sha} has the content of ${actual}`);
	const path = pathOf(gitDirectory, sha);
	await mkdir(dirname(path), { recursive: true });
	// Under its name only when whole: git may be reading.
	const partial = `${path}.${process.pid}`;
	await writeFile(partial, deflateSync(whole), { mode: 0o444, flush: false });
	await rename(partial, path);
}

function pathOf(gitDirectory: string, sha: string): string {
	return join(gitDirectory, 'objects', sha.slice(0, 2), sha.slice(2));
}

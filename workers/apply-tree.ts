import { chmod, lstat, mkdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from '../src/ports/git.ts';

/**
 * Turns a directory that holds tree `from` into one that holds tree `to` and leaves everything else in it (installed packages, build
 * results). Nothing may be running in it. What stands in the way is removed, and no link is followed: a repository could
 * have put one there to lead the host's pen out of the directory.
 */
export async function applyTree(git: GitRepository, directory: string, from: string, to: string): Promise<void> {
	if (from === to) return;
	const { files } = await git.changes(from, to, 0);
	for (const { path, status } of files) {
		if (status === 'deleted') await removeFile(directory, path);
	}
	for (const { path, mode, blobSha } of files) {
		if (blobSha === null) continue;
		const target = join(directory, path);
		await makeRealDirectories(directory, path);
		await rm(target, { recursive: true, force: true });
		const content = await git.readBlob(blobSha);
		if (mode === '120000') {
			await symlink(Buffer.from(content), target);
			continue;
		}
		await writeFile(target, content, { flag: 'wx' });
		await chmod(target, mode === '100755' ? 0o755 : 0o644);
	}
}

/** The directories above a path, from the top down. */
function parentsOf(directory: string, path: string): string[] {
	const parts = path.split('/').slice(0, -1);
	return parts.map((_, index) => join(directory, ...parts.slice(0, index + 1)));
}

async function makeRealDirectories(directory: string, path: string): Promise<void> {
	for (const parent of parentsOf(directory, path)) {
		const found = await lstat(parent).catch(() => null);
		if (found?.isDirectory()) continue;
		if (found !== null) await rm(parent, { force: true });
		await mkdir(parent);
	}
}

async function removeFile(directory: string, path: string): Promise<void> {
	for (const parent of parentsOf(directory, path)) {
		const found = await lstat(parent).catch(() => null);
		if (!found?.isDirectory()) return;
	}
	await rm(join(directory, path), { recursive: true, force: true });
	for (const parent of parentsOf(directory, path).toReversed()) {
		const isGone = await rmdir(parent).then(
			() => true,
			() => false,
		);
		if (!isGone) return;
	}
}

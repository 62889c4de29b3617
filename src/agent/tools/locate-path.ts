import path from 'node:path';

/** A path inside the worktree, or why it is none. */
export type Located = { kind: 'inside'; path: string } | { kind: 'refused'; reason: string };

/**
 * Decides by the name alone: relative to the root, with `/`, without `.` and `..`. What the name leads to is decided when the file
 * is open (`open-inside.ts`), for a link can stand anywhere on the way.
 */
export function locatePath(root: string, given: string): Located {
	const refused = (reason: string): Located => ({
		kind: 'refused',
		reason: `E_PATH ${JSON.stringify(given)} ${reason}`,
	});
	if (given.includes('\0') || given.includes('\n')) return refused('holds a character that no path here can have.');
	if (given.length > 4096) return refused('is too long.');
	const relative = path.relative(root, path.resolve(root, given === '' ? '.' : given));
	if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
		return refused('is outside the repository. Paths are relative to its root.');
	}
	const parts = relative.split(path.sep);
	// A nested repository or a `.git` file could make somebody's git run what it says.
	if (parts.some((part) => part.toLowerCase() === '.git')) return refused("is git's own and not for tools.");
	return { kind: 'inside', path: parts.join('/') };
}

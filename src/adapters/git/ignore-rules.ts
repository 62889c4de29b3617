import { decodePath, type RawPath } from './raw-path.ts';

/** One `.gitignore` of a tree. */
export interface IgnoreFile {
	path: RawPath;
	/** One character per byte. */
	text: string;
}

/**
 * The `.gitignore` files of a tree as one list of patterns anchored at the root, deeper files last (git: the last match decides).
 * So ignore files that an agent wrote cannot hide its changes. https://git-scm.com/docs/gitignore
 */
export function joinIgnoreFiles(files: readonly IgnoreFile[]): string {
	const ordered = [...files].sort((left, right) => depth(left.path) - depth(right.path));
	const lines: string[] = [];
	for (const file of ordered) {
		const directory = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '';
		if (directory.includes('\n')) continue;
		for (const line of file.text.replace(/^\xef\xbb\xbf/, '').split('\n')) {
			const pattern = anchor(directory, line);
			if (pattern !== null) lines.push(pattern);
		}
	}
	return lines.map((line) => `${line}\n`).join('');
}

function depth(path: RawPath): number {
	return decodePath(path).split('/').length;
}

function anchor(directory: string, line: string): string | null {
	if (line.startsWith('#')) return null;
	const trimmed = trimSpaces(line.replace(/\r$/, ''));
	const negated = trimmed.startsWith('!');
	const pattern = negated ? trimmed.slice(1) : trimmed;
	if (pattern === '' || pattern === '/') return null;
	if (directory === '') return trimmed;
	const prefix = `/${directory.replace(/[\\*?[\]]/g, '\\$&')}/`;
	const isAnchored = pattern.slice(0, -1).includes('/');
	const anchored = isAnchored ? prefix + pattern.replace(/^\//, '') : `${prefix}**/${pattern}`;
	return negated ? `!${anchored}` : anchored;
}

/** Trailing spaces do not count, unless escaped. */
function trimSpaces(line: string): string {
	let end = line.length;
	while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end--;
	return line.slice(0, end);
}

import { lstatSync, readdirSync } from 'node:fs';
import { locate, type RawPath } from './raw-path.ts';

/** Beyond this many files git, beside this process, is the better one to look. */
const mostFiles = 4000;

/**
 * The file system stamps changes by a clock that stands still for up to 10 ms: what changed this shortly before the scan may change
 * again without showing it. https://git-scm.com/docs/racy-git
 */
const racyMs = 50;

/** Fits nothing, not even itself: the file has to be read to know whether it changed. */
export const unsure = '';

/** Of every file and link what changes with it (size, times, inode, mode), or `unsure`. */
export type Scan = Map<RawPath, string>;

/**
 * Looks at a worktree without reading a file, directories excepted for which `isSkipped`. Synchronous: one `lstat` takes some µs, waiting
 * for one many more. Null when there are too many files, or another repository within.
 */
export function scanWorktree(directory: string, isSkipped: (path: RawPath) => boolean): Scan | null {
	const scan: Scan = new Map();
	const newest = BigInt(Date.now() - racyMs) * 1_000_000n;
	const open: RawPath[] = [''];
	for (let inside = open.pop(); inside !== undefined; inside = open.pop()) {
		for (const entry of readdirSync(locate(directory, inside), { encoding: 'latin1', withFileTypes: true })) {
			if (entry.name === '.git') return null;
			const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
			if (entry.isDirectory()) {
				if (!isSkipped(path)) open.push(path);
			} else if (entry.isFile() || entry.isSymbolicLink()) {
				if (scan.size >= mostFiles) return null;
				const facts = lstatSync(locate(directory, path), { bigint: true });
				const isRacy = facts.ctimeNs >= newest || facts.mtimeNs >= newest;
				const { size, mtimeNs, ctimeNs, ino, mode } = facts;
				scan.set(path, isRacy ? unsure : [size, mtimeNs, ctimeNs, ino, mode].join(' '));
			}
		}
	}
	return scan;
}

/**
 * Tells directories whose whole content the rules (as `joinIgnoreFiles` makes them) leave out beyond doubt: `node_modules`, `/dist/`.
 * Where a rule takes something back (`!`), none is told.
 */
export function findSkipped(rules: string): (path: RawPath) => boolean {
	const lines = rules.split('\n');
	if (lines.some((line) => line.startsWith('!'))) return () => false;
	const plain = lines.flatMap((line) => /^(\/?)([\w-][\w.-]*)\/?$/.exec(line) ?? []);
	const anchored = new Set<string>();
	const anywhere = new Set<string>();
	for (let at = 0; at < plain.length; at += 3) (plain[at + 1] === '/' ? anchored : anywhere).add(plain[at + 2] ?? '');
	return (path) => anchored.has(path) || anywhere.has(path.slice(path.lastIndexOf('/') + 1));
}

import type { ChangeSet, FileChange } from './change-set.ts';
import { matchesPath } from './matches-path.ts';

/** Bytes that one published file may have. */
export const fileLimit = 1_048_576;
/** Bytes that a path and each name in it may have, so that it can be checked out anywhere. */
const pathLimit = 1_024;
const nameLimit = 255;

export interface ChangeRules {
	changedFiles: number;
	changedLines: number;
	/** Globs that nobody but a person may touch. */
	forbidden: readonly string[];
}

/** Why a change set is not published. `path` is null when it is about the whole. */
export interface ChangeProblem {
	rule:
		| 'too_many_files'
		| 'too_many_lines'
		| 'file_too_large'
		| 'forbidden_path'
		| 'odd_path'
		| 'odd_mode'
		| 'link_leaves_tree'
		| 'case_collision';
	path: string | null;
	message: string;
}

/**
 * Everything that speaks against publishing a change set; empty when nothing does.
 * @param links targets of the added or modified symbolic links, by path; a link whose target is missing here is refused.
 * @param treePaths all paths of the new tree, for collisions on file systems that ignore letter case.
 */
export function checkChangeSet(
	changes: ChangeSet,
	rules: ChangeRules,
	links: ReadonlyMap<string, string>,
	treePaths: readonly string[],
): ChangeProblem[] {
	return [
		...checkSize(changes, rules),
		...changes.files.flatMap((file) => checkFile(file, rules, links)),
		...findCollisions(changes, treePaths),
	];
}

/** Lines added and deleted, binary files counted as none. */
export function countLines(files: readonly FileChange[]): number {
	return files.reduce((sum, file) => sum + file.addedLines + file.deletedLines, 0);
}

function checkSize(changes: ChangeSet, rules: ChangeRules): ChangeProblem[] {
	const problems: ChangeProblem[] = [];
	const files = changes.files.length;
	if (files > rules.changedFiles) {
		const message = `${files} files changed; limits.changedFiles allows ${rules.changedFiles}`;
		problems.push({ rule: 'too_many_files', path: null, message });
	}
	const lines = countLines(changes.files);
	if (lines > rules.changedLines) {
		const message = `${lines} lines changed; limits.changedLines allows ${rules.changedLines}`;
		problems.push({ rule: 'too_many_lines', path: null, message });
	}
	return problems;
}

function checkFile(file: FileChange, rules: ChangeRules, links: ReadonlyMap<string, string>): ChangeProblem[] {
	const { path } = file;
	const problems: ChangeProblem[] = [];
	if (matchesPath(path, rules.forbidden)) {
		problems.push({ rule: 'forbidden_path', path, message: 'paths.forbidden keeps this path for people' });
	}
	if (file.status === 'deleted') return problems;
	const oddity = oddityOf(path);
	if (oddity !== null) problems.push({ rule: 'odd_path', path, message: oddity });
	if (file.mode !== '100644' && file.mode !== '100755' && file.mode !== '120000') {
		const message = `mode ${file.mode} is neither a file nor a link (a nested repository or submodule is 160000)`;
		problems.push({ rule: 'odd_mode', path, message });
	}
	if (file.size > fileLimit) {
		problems.push({ rule: 'file_too_large', path, message: `${file.size} bytes; a file may have ${fileLimit}` });
	}
	if (file.mode === '120000' && leavesTree(path, links.get(path))) {
		problems.push({ rule: 'link_leaves_tree', path, message: 'the link points outside the repository' });
	}
	return problems;
}

/** What is wrong with a path, or null. The names are those that git, Windows or a URL would read as something else. */
export function oddityOf(path: string): string | null {
	if (path === '' || path.startsWith('/') || path.includes('\\'))
		return 'the path is not relative with forward slashes';
	if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return 'the path holds control or invisible characters';
	const parts = path.split('/');
	if (Buffer.byteLength(path) > pathLimit) return `the path is longer than ${pathLimit} bytes`;
	if (parts.some((part) => Buffer.byteLength(part) > nameLimit)) return `a name is longer than ${nameLimit} bytes`;
	if (parts.some((part) => part === '' || part === '.' || part === '..'))
		return 'the path holds an empty, . or .. part';
	// HFS+ and NTFS fold these to `.git` (CVE-2014-9390).
	if (parts.some((part) => /^(\.git|git~\d+)[ .]*(:.*)?$/i.test(part))) return 'the path reaches into a git directory';
	return null;
}

function leavesTree(path: string, target: string | undefined): boolean {
	if (target === undefined || target === '' || target.startsWith('/') || /[\\\0:]/.test(target)) return true;
	const parts = target.split('/').filter((part) => part !== '' && part !== '.');
	if (parts.some((part) => part.toLowerCase() === '.git')) return true;
	// `..` behind a name: that name can be a link itself, which leads up to where `..` is outside.
	const up = parts.findIndex((part) => part !== '..');
	const climbs = up === -1 ? parts.length : up;
	return climbs > path.split('/').length - 1 || parts.slice(climbs).includes('..');
}

function findCollisions(changes: ChangeSet, treePaths: readonly string[]): ChangeProblem[] {
	const changed = new Set(changes.files.filter((file) => file.status !== 'deleted').map((file) => file.path));
	const byFold = new Map<string, Set<string>>();
	for (const path of treePaths) {
		const parts = path.split('/');
		for (let length = 1; length <= parts.length; length += 1) {
			const prefix = parts.slice(0, length).join('/');
			const fold = prefix.normalize('NFC').toLowerCase();
			byFold.set(fold, (byFold.get(fold) ?? new Set()).add(prefix));
		}
	}
	return [...changed].flatMap((path): ChangeProblem[] => {
		const parts = path.split('/');
		const others = parts.flatMap((_, index) => {
			const prefix = parts.slice(0, index + 1).join('/');
			return [...(byFold.get(prefix.normalize('NFC').toLowerCase()) ?? [])].filter((other) => other !== prefix);
		});
		if (others.length === 0) return [];
		return [{ rule: 'case_collision', path, message: `differs only in letter case from ${others.join(', ')}` }];
	});
}

import { describe, expect, it } from 'vitest';
import type { ChangeSet, FileChange } from '../../src/core/change-set.ts';
import { checkChangeSet, fileLimit } from '../../src/core/check-change-set.ts';

const rules = { changedFiles: 3, changedLines: 10, forbidden: ['.github/workflows/**'] };

function file(path: string, parts: Partial<FileChange> = {}): FileChange {
	return {
		path,
		status: 'added',
		mode: '100644',
		blobSha: 'a',
		size: 1,
		addedLines: 1,
		deletedLines: 0,
		binary: false,
		...parts,
	};
}

function problems(files: FileChange[], links: Record<string, string> = {}, tree: string[] = []): string[] {
	const changes: ChangeSet = { baseTreeSha: 'b', treeSha: 'c', files, patch: '' };
	const paths = [...new Set([...tree, ...files.map((one) => one.path)])];
	return checkChangeSet(changes, rules, new Map(Object.entries(links)), paths).map((one) => one.rule);
}

describe('checkChangeSet', () => {
	it('lets an ordinary change pass', () => {
		expect(
			problems([
				file('src/a.ts'),
				file('bin/run', { mode: '100755' }),
				file('old', { status: 'deleted', blobSha: null }),
			]),
		).toEqual([]);
	});

	it('counts files and lines', () => {
		expect(problems(['a', 'b', 'c', 'd'].map((path) => file(path)))).toEqual(['too_many_files']);
		expect(problems([file('a', { addedLines: 6, deletedLines: 5 })])).toEqual(['too_many_lines']);
		expect(problems([file('a', { size: fileLimit + 1 })])).toEqual(['file_too_large']);
	});

	it.each(['.github/workflows/ci.yml', '.GitHub/Workflows/ci.yml'])('keeps %s for people', (path) => {
		expect(problems([file(path)])).toEqual(['forbidden_path']);
		expect(problems([file(path, { status: 'deleted', blobSha: null })])).toEqual(['forbidden_path']);
	});

	it.each([
		'../out',
		'/etc/passwd',
		'a//b',
		'a/./b',
		'a\\b',
		'.git/config',
		'sub/.GIT/hooks/x',
		'git~1/config',
		'a\nb',
		'a\u202eb',
		'.git ',
	])('refuses the path %j', (path) => {
		expect(problems([file(path)])).toEqual(['odd_path']);
	});

	it.each(['160000', '040000', '100664', '120755'])('refuses mode %s', (mode) => {
		expect(problems([file('sub', { mode })])).toEqual(['odd_mode']);
	});

	it.each([
		['a/link', '../b', []],
		['a/link', './../b/c', []],
		['a/link', 'b/../../c', ['link_leaves_tree']],
		['a/b/link', 'up/..', ['link_leaves_tree']],
		['a/link', '../../b', ['link_leaves_tree']],
		['link', 'b/../../c', ['link_leaves_tree']],
		['link', '/etc/passwd', ['link_leaves_tree']],
		['link', '.git/config', ['link_leaves_tree']],
		['link', 'C:\\x', ['link_leaves_tree']],
		['link', '', ['link_leaves_tree']],
	])('with a link %s to %j finds %j', (path, target, expected) => {
		expect(problems([file(path, { mode: '120000' })], { [path]: target })).toEqual(expected);
	});

	it('refuses a link whose target it was not told', () => {
		expect(problems([file('link', { mode: '120000' })])).toEqual(['link_leaves_tree']);
	});

	it('refuses names that fall together where letter case or composition does not count', () => {
		expect(problems([file('README.MD')], {}, ['README.md'])).toEqual(['case_collision']);
		expect(problems([file('Src/b.ts')], {}, ['src/a.ts'])).toEqual(['case_collision']);
		expect(problems([file('caf\u00e9')], {}, ['cafe\u0301'])).toEqual(['case_collision']);
		expect(problems([file('a')], {}, ['B', 'b'])).toEqual([]);
	});
});

import { describe, expect, test } from 'vitest';
import type { Forge } from '../../src/ports/forge.ts';

/** A repository `acme/widgets` on a forge, with `README.md` and `lib/a.js` on `main`, and people who act on it. */
export interface ForgeFixture {
	forge: Forge;
	baseSha: string;
	baseTreeSha: string;
	openIssue(title: string, body: string): Promise<number>;
	closeIssue(number: number): Promise<void>;
	commentAs(person: 'maintainer' | 'stranger', number: number, body: string): Promise<void>;
	/** A completed check run that another App made. */
	foreignCheck(sha: string, name: string, conclusion: 'success' | 'failure'): Promise<void>;
	/** Login of the person with admin permission. */
	admin: string;
}

export const contractFiles = { 'README.md': '# widgets\n', 'lib/a.js': 'export const a = 1;\n' };

const date = '2026-11-01T10:00:00Z';

/** What every forge keeps, whatever it is made of. */
export function forgeContract(name: string, start: () => Promise<ForgeFixture>): void {
	describe(`${name} as a forge`, () => {
		const publish = async ({ forge, baseSha, baseTreeSha }: ForgeFixture, branch: string, text = 'changed\n') => {
			const commit = await forge.createCommit({
				parentSha: baseSha,
				baseTreeSha,
				files: [{ path: 'lib/a.js', mode: '100644', content: Buffer.from(text) }],
				message: `Change a on ${branch}`,
				date,
			});
			await forge.putBranch(branch, commit.sha, null);
			return commit;
		};
		const openPull = async (fixture: ForgeFixture, branch: string, draft = false) => {
			const { sha } = await publish(fixture, branch);
			const pull = { title: `Change on ${branch}`, body: 'why', head: branch, base: 'main', draft };
			return { sha, pull: await fixture.forge.createPull(pull) };
		};

		test('reads an issue, and null for one that does not exist', async () => {
			const { forge, openIssue } = await start();
			const number = await openIssue('It breaks', 'Badly.');
			const issue = { number, title: 'It breaks', body: 'Badly.', state: 'open', isPullRequest: false, labels: [] };
			expect(await forge.issue(number)).toMatchObject(issue);
			expect(await forge.issue(9999)).toBeNull();
		});

		test('lists open issues, newest first, without pull requests', async () => {
			const fixture = await start();
			const first = await fixture.openIssue('one', '');
			const second = await fixture.openIssue('two', '');
			const third = await fixture.openIssue('three', '');
			await fixture.closeIssue(second);
			await openPull(fixture, 'factory/list');
			expect((await fixture.forge.openIssues(10)).map((issue) => issue.number)).toEqual([third, first]);
			expect((await fixture.forge.openIssues(1)).map((issue) => issue.number)).toEqual([third]);
		});

		test('finds its own comment by a marker, never one that somebody else wrote', async () => {
			const { forge, openIssue, commentAs } = await start();
			const number = await openIssue('Talk', '');
			await commentAs('stranger', number, '<!-- marker --> forged');
			expect(await forge.findComment(number, '<!-- marker -->')).toBeNull();
			await forge.createComment(number, 'quotes\n<!-- marker -->\nof somebody');
			const made = await forge.createComment(number, '<!-- marker --> first');
			expect(await forge.findComment(number, '<!-- marker -->')).toMatchObject({ id: made.id, own: true });
			await forge.updateComment(made.id, '<!-- marker --> second');
			const comments = await forge.comments(number);
			expect(comments.map(({ body, own }) => ({ body, own }))).toEqual([
				{ body: '<!-- marker --> forged', own: false },
				{ body: 'quotes\n<!-- marker -->\nof somebody', own: true },
				{ body: '<!-- marker --> second', own: true },
			]);
		});

		test('adds labels that the repository lacks, and removes absent ones without a fault', async () => {
			const { forge, openIssue } = await start();
			const number = await openIssue('Labels', '');
			await forge.changeLabels(number, { add: ['factory:running', 'other'], remove: ['factory:done'] });
			expect((await forge.issue(number))?.labels.sort()).toEqual(['factory:running', 'other']);
			await forge.changeLabels(number, { add: ['factory:done'], remove: ['factory:running'] });
			expect((await forge.issue(number))?.labels.sort()).toEqual(['factory:done', 'other']);
		});

		test('names the permission of a person, and none for a stranger or nobody', async () => {
			const { forge, admin } = await start();
			expect(await forge.permissionOf(admin)).toBe('admin');
			expect(await forge.permissionOf('stranger')).toBe('none');
			expect(await forge.permissionOf('nobody-at-all')).toBe('none');
		});

		test('reads the default branch, files and directories at a commit', async () => {
			const { forge, baseSha } = await start();
			expect(await forge.defaultBranch()).toEqual({ name: 'main', sha: baseSha });
			expect(await forge.branchSha('main')).toBe(baseSha);
			expect(await forge.branchSha('factory/none')).toBeNull();
			expect(await forge.readText('lib/a.js', baseSha)).toBe('export const a = 1;\n');
			expect(await forge.readText('lib/none.js', baseSha)).toBeNull();
			expect(await forge.listDirectory('lib', baseSha)).toEqual(['a.js']);
			expect(await forge.listDirectory('none', baseSha)).toEqual([]);
		});

		test('makes the tree that was asked for: changed, added, executable, binary and deleted files', async () => {
			const { forge, baseSha, baseTreeSha } = await start();
			const { sha, treeSha } = await forge.createCommit({
				parentSha: baseSha,
				baseTreeSha,
				files: [
					{ path: 'lib/a.js', mode: '100644', content: null },
					{ path: 'lib/b.js', mode: '100644', content: Buffer.from('export const b = 2;\n') },
					{ path: 'README.md', mode: '100644', content: Buffer.from('# Widgets 🏭\n') },
					{ path: 'bin/run', mode: '100755', content: Buffer.from('#!/bin/sh\n') },
					{ path: 'data.bin', mode: '100644', content: Uint8Array.from([0, 255, 254, 10]) },
				],
				message: 'Change everything',
				date,
			});
			// From `git write-tree` over the same files.
			expect(treeSha).toBe('731db744de87b0d35111ccd7d3eba8c911bf0207');
			await forge.putBranch('factory/tree', sha, null);
			expect(await forge.readText('README.md', sha)).toBe('# Widgets 🏭\n');
			expect(await forge.readText('lib/a.js', sha)).toBeNull();
		});

		test('leaves no empty directory in a tree', async () => {
			const { forge, baseSha, baseTreeSha } = await start();
			const files = [{ path: 'lib/a.js', mode: '100644' as const, content: null }];
			const { treeSha } = await forge.createCommit({ parentSha: baseSha, baseTreeSha, files, message: 'Delete', date });
			// From `git write-tree` over README.md alone.
			expect(treeSha).toBe('829aaced675490a5509677964cd8517621cb5f28');
		});

		test('moves a branch only from where it is expected', async () => {
			const fixture = await start();
			const { forge, baseSha } = fixture;
			const first = await publish(fixture, 'factory/move');
			expect(await forge.putBranch('factory/move', first.sha, null)).toBe('unchanged');
			const second = await forge.createCommit({
				parentSha: first.sha,
				baseTreeSha: first.treeSha,
				files: [{ path: 'b.js', mode: '100644', content: Buffer.from('b\n') }],
				message: 'Second',
				date,
			});
			expect(await forge.putBranch('factory/move', second.sha, baseSha)).toBe('moved');
			expect(await forge.branchSha('factory/move')).toBe(first.sha);
			expect(await forge.putBranch('factory/move', second.sha, first.sha)).toBe('updated');
			expect(await forge.branchSha('factory/move')).toBe(second.sha);
			await forge.deleteBranch('factory/move');
			await forge.deleteBranch('factory/move');
			expect(await forge.branchSha('factory/move')).toBeNull();
			expect(await forge.putBranch('factory/move', second.sha, null)).toBe('created');
		});

		test('opens a pull request, finds it by its branch, changes and closes it', async () => {
			const fixture = await start();
			const { forge } = fixture;
			const { sha, pull } = await openPull(fixture, 'factory/issue-1-x');
			const expected = { headSha: sha, headRef: 'factory/issue-1-x', baseRef: 'main', fork: false, state: 'open' };
			expect(pull).toMatchObject({ ...expected, draft: false, merged: false });
			expect(await forge.pullsOfBranch('factory/issue-1-x')).toMatchObject([{ number: pull.number }]);
			expect(await forge.pullsOfBranch('factory/issue-1')).toEqual([]);
			await forge.updatePull(pull.number, { title: 'New', body: 'New body', state: 'closed' });
			expect(await forge.pull(pull.number)).toMatchObject({ title: 'New', body: 'New body', state: 'closed' });
			expect(await forge.pull(9999)).toBeNull();
			expect(await forge.issue(pull.number)).toMatchObject({ isPullRequest: true });
		});

		test('marks a draft as ready', async () => {
			const fixture = await start();
			const { pull } = await openPull(fixture, 'factory/draft', true);
			expect(pull.draft).toBe(true);
			await fixture.forge.markReady(pull);
			expect(await fixture.forge.pull(pull.number)).toMatchObject({ draft: false });
		});

		test('merges exactly the SHA that was judged', async () => {
			const fixture = await start();
			const { forge, baseSha } = fixture;
			const { sha, pull } = await openPull(fixture, 'factory/merge');
			const options = { method: 'squash' as const, title: 'Change a', message: 'Because.' };
			expect(await forge.merge(pull.number, { ...options, sha: baseSha })).toMatchObject({ kind: 'head_moved' });
			const merged = await forge.merge(pull.number, { ...options, sha });
			expect(merged.kind).toBe('merged');
			expect(await forge.pull(pull.number)).toMatchObject({ merged: true, state: 'closed' });
			expect(await forge.branchSha('main')).toBe(merged.kind === 'merged' ? merged.sha : null);
		});

		test('counts the changes of a pull request from where it left its base', async () => {
			const fixture = await start();
			const { sha } = await publish(fixture, 'factory/base');
			expect(await fixture.forge.mergeBase(fixture.baseSha, sha)).toBe(fixture.baseSha);
		});

		test('does not merge a draft', async () => {
			const fixture = await start();
			const { sha, pull } = await openPull(fixture, 'factory/no-merge', true);
			const options = { sha, method: 'merge' as const, title: 't', message: 'm' };
			expect(await fixture.forge.merge(pull.number, options)).toMatchObject({ kind: 'not_mergeable' });
		});

		test('writes one check run per name and external id, beside those of others', async () => {
			const fixture = await start();
			const { forge, foreignCheck } = fixture;
			const { sha } = await publish(fixture, 'factory/checks');
			const run = { name: 'dark-factory/gate', headSha: sha, externalId: 'run-1', title: 'Gate', summary: 'Looking.' };
			const first = await forge.putCheckRun({ ...run, status: 'in_progress', conclusion: null });
			const second = await forge.putCheckRun({ ...run, status: 'completed', conclusion: 'success', summary: 'Fine.' });
			expect(second.id).toBe(first.id);
			await foreignCheck(sha, 'dark-factory/gate', 'failure');
			const checks = await forge.checks(sha);
			const seen = checks.map(({ name, own, status, conclusion }) => ({ name, own, status, conclusion }));
			expect(seen).toHaveLength(2);
			expect(seen).toContainEqual({ name: run.name, own: true, status: 'completed', conclusion: 'success' });
			expect(seen).toContainEqual({ name: run.name, own: false, status: 'completed', conclusion: 'failure' });
			expect(checks.find((check) => check.own)?.summary).toContain('Fine.');
		});

		test('links to commits and to lines of files', async () => {
			const { forge, baseSha } = await start();
			expect(forge.link({ commit: baseSha })).toMatch(new RegExp(`/acme/widgets/commit/${baseSha}$`));
			expect(forge.link({ file: 'lib/a.js', at: baseSha, line: 3 })).toMatch(/\/blob\/[0-9a-f]{40}\/lib\/a\.js#L3$/);
		});
	});
}

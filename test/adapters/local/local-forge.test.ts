import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createGit } from '../../../src/adapters/git/create-git.ts';
import { findLocalRepository, publishToLocal } from '../../../src/adapters/git/local-repository.ts';
import { localContents } from '../../../src/adapters/local/local-contents.ts';
import { localForge } from '../../../src/adapters/local/local-forge.ts';
import { createGitFixture } from '../../support/git-fixture.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const fixture = createGitFixture();
afterAll(() => fixture.remove());

async function start() {
	fixture.write('lib/a.js', 'a\n');
	fixture.write('README.md', '# hello\n');
	const baseSha = fixture.commit('First');
	const dataDirectory = temporaryDirectory();
	const local = await findLocalRepository(fixture.work);
	const clock = { now: Date.now, sleep: async () => {} };
	const git = await createGit({ dataDirectory, clock, serverUrl: null, localRepositories: 'allowed' }).open(
		local.repository,
	);
	await git.ensure(baseSha, local.remote);
	const { owner, name } = local.repository;
	const contents = localContents({
		gitDirectory: join(dataDirectory, 'repositories', owner, `${name.toLowerCase()}.git`),
		git,
		url: local.remote.url,
		head: { name: local.branch ?? 'HEAD', sha: baseSha },
		publish: (sha, branch) => publishToLocal(dataDirectory, local, sha, branch),
	});
	const directory = join(dataDirectory, 'run');
	const issue = { number: 1, title: 'It breaks', body: 'Badly.' };
	const forge = localForge({
		repository: local.repository,
		git: contents,
		directory,
		issue,
		user: 'ada',
		now: () => 0,
	});
	return { forge, git, baseSha, directory, baseTreeSha: await git.treeOf(baseSha) };
}

test('a local run ends in a branch of the repository and files that say what GitHub would show', async () => {
	const { forge, baseSha, baseTreeSha, directory } = await start();
	expect(await forge.defaultBranch()).toEqual({ name: 'main', sha: baseSha });
	expect(await forge.readText('lib/a.js', baseSha)).toBe('a\n');
	expect(await forge.listDirectory('lib', baseSha)).toEqual(['a.js']);
	expect(await forge.permissionOf('Ada')).toBe('admin');
	expect(await forge.permissionOf('bob')).toBe('none');

	const change = {
		parentSha: baseSha,
		baseTreeSha,
		files: [
			{ path: 'lib/a.js', mode: '100644' as const, content: null },
			{ path: 'bin/run', mode: '100755' as const, content: Buffer.from('#!/bin/sh\n') },
		],
		message: 'Change it',
		date: '2026-11-01T10:00:00Z',
	};
	const commit = await forge.createCommit(change);
	expect(await forge.createCommit(change)).toEqual(commit);
	expect(await forge.putBranch('factory/issue-1-x', commit.sha, null)).toBe('created');
	expect(await forge.putBranch('factory/issue-1-x', commit.sha, null)).toBe('unchanged');
	expect(await forge.putBranch('factory/issue-1-x', baseSha, null)).toBe('moved');
	expect(fixture.git('rev-parse', 'factory/issue-1-x^{tree}')).toBe(commit.treeSha);
	expect(fixture.git('ls-tree', '-r', '--format=%(objectmode) %(path)', 'factory/issue-1-x')).toBe(
		'100644 README.md\n100755 bin/run',
	);
	expect(fixture.git('status', '--porcelain')).toBe('');

	const pull = await forge.createPull({
		title: 'Fix',
		body: 'Evidence.',
		head: 'factory/issue-1-x',
		base: 'main',
		draft: false,
	});
	expect(await forge.pullsOfBranch('factory/issue-1-x')).toMatchObject([
		{ number: pull.number, headSha: commit.sha, baseSha },
	]);
	expect(await readFile(join(directory, 'pull-request.md'), 'utf8')).toBe('# Fix\n\nEvidence.\n');
	const options = { sha: commit.sha, method: 'squash' as const, title: 't', message: 'm' };
	expect(await forge.merge(pull.number, options)).toMatchObject({ kind: 'not_mergeable' });

	const comment = await forge.createComment(1, '<!-- m --> one');
	await forge.updateComment(comment.id, '<!-- m --> two');
	expect(await forge.findComment(1, '<!-- m -->')).toMatchObject({ body: '<!-- m --> two', own: true });
	expect(await readFile(comment.url, 'utf8')).toBe('<!-- m --> two\n');
	await forge.changeLabels(1, { add: ['a', 'b'], remove: [] });
	await forge.changeLabels(1, { add: [], remove: ['a', 'absent'] });
	expect(await forge.issue(1)).toMatchObject({ labels: ['b'], title: 'It breaks' });

	const run = { name: 'dark-factory/gate', headSha: commit.sha, externalId: 'r1', title: 'Gate', summary: 'Fine.' };
	const first = await forge.putCheckRun({ ...run, status: 'in_progress', conclusion: null });
	expect((await forge.putCheckRun({ ...run, status: 'completed', conclusion: 'success' })).id).toBe(first.id);
	expect(await forge.checks(commit.sha)).toMatchObject([{ own: true, conclusion: 'success' }]);
	await forge.deleteBranch('factory/issue-1-x');
	expect(await forge.branchSha('factory/issue-1-x')).toBeNull();
});

import { afterAll } from 'vitest';
import { githubForges } from '../../../src/adapters/github/github-forges.ts';
import { type EmulatedGitHub, startEmulatedGitHub } from '../../../src/demo/emulated-github.ts';
import { contractFiles, type ForgeFixture, forgeContract } from '../../contracts/forge.ts';
import { silentLog } from '../../support/silent-log.ts';

const started: EmulatedGitHub[] = [];

async function emulated(options: Parameters<typeof startEmulatedGitHub>[0] = { files: contractFiles }) {
	const github = await startEmulatedGitHub(options);
	started.push(github);
	return github;
}

function forgesOf(github: EmulatedGitHub) {
	const { url, app } = github;
	return githubForges({ app, apiUrl: url, serverUrl: url, log: silentLog, now: Date.now });
}

async function fixture(): Promise<ForgeFixture> {
	const github = await emulated();
	const { maintainer, stranger, repository, baseSha } = github;
	if (baseSha === null) throw new Error('the repository is empty');
	const at = { owner: repository.owner, repo: repository.name };
	const { data: commit } = await maintainer.rest.git.getCommit({ ...at, commit_sha: baseSha });
	return {
		forge: await forgesOf(github).open(repository, github.installation),
		baseSha,
		baseTreeSha: commit.tree.sha,
		admin: repository.owner,
		openIssue: async (title, body) => (await maintainer.rest.issues.create({ ...at, title, body })).data.number,
		closeIssue: async (number) => {
			await maintainer.rest.issues.update({ ...at, issue_number: number, state: 'closed' });
		},
		commentAs: async (person, number, body) => {
			const client = person === 'maintainer' ? maintainer : stranger;
			await client.rest.issues.createComment({ ...at, issue_number: number, body });
		},
		foreignCheck: async (sha, name, conclusion) => {
			await maintainer.rest.checks.create({ ...at, name, head_sha: sha, status: 'completed', conclusion });
		},
	};
}

afterAll(async () => {
	await Promise.all(started.map((github) => github.close()));
});

forgeContract('GitHub', fixture);

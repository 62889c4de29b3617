import type { RunState } from '../core/run-state.ts';
import type { EmulatedGitHub } from './emulated-github.ts';
import type { Seen, SeenBranch, SeenComment, SeenPull } from './scenario.ts';
import type { World } from './world.ts';

/** Reads everything that people could see on the emulated GitHub, as the maintainer. */
export async function look(world: World, issue: number, state: RunState | null): Promise<Seen> {
	const { github, canary, secrets } = world;
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { rest } = github.maintainer;
	const { data: found } = await rest.issues.get({ ...at, issue_number: issue });
	const { data: pulls } = await rest.pulls.list({ ...at, state: 'all', per_page: 100 });
	const branches: SeenBranch[] = [];
	if (github.baseSha !== null) {
		const { data: refs } = await rest.git.listMatchingRefs({ ...at, ref: 'heads/' });
		for (const { ref, object } of refs) {
			const name = ref.replace(/^refs\/heads\//, '');
			branches.push({ name, sha: object.sha, files: await readBranch(github, object.sha) });
		}
	}
	const seen: SeenPull[] = [];
	for (const pull of pulls) seen.push(await lookAtPull(github, pull.number));
	return {
		outcome: state?.outcome ?? null,
		repairRounds: state?.repairRounds ?? 0,
		baseSha: github.baseSha ?? '',
		issue: {
			number: issue,
			state: found.state,
			labels: found.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
			comments: await readComments(github, issue),
		},
		pulls: seen,
		branches,
		canaryHits: [...canary.hits],
		secrets,
	};
}

async function lookAtPull(github: EmulatedGitHub, number: number): Promise<SeenPull> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { rest } = github.maintainer;
	const { data: pull } = await rest.pulls.get({ ...at, pull_number: number });
	// The emulator lists none once a pull request is merged.
	const before = github.baseSha === null ? new Map<string, string>() : await listBlobs(github, github.baseSha);
	const after = await listBlobs(github, pull.head.sha);
	const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
		(path) => before.get(path) !== after.get(path),
	);
	const { data: checks } = await rest.checks.listForRef({ ...at, ref: pull.head.sha, per_page: 100 });
	return {
		number,
		title: pull.title,
		body: pull.body ?? '',
		state: pull.state,
		merged: pull.merged,
		draft: pull.draft ?? false,
		branch: pull.head.ref,
		headSha: pull.head.sha,
		files: changed.toSorted(),
		comments: await readComments(github, number),
		checks: checks.check_runs.map(({ name, status, conclusion, output }) => ({
			name,
			status,
			conclusion,
			title: output.title ?? '',
			summary: output.summary ?? '',
		})),
	};
}

async function readComments(github: EmulatedGitHub, number: number): Promise<SeenComment[]> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { data } = await github.maintainer.rest.issues.listComments({ ...at, issue_number: number, per_page: 100 });
	return data.map((comment) => ({ author: comment.user?.login ?? '', body: comment.body ?? '' }));
}

async function readBranch(github: EmulatedGitHub, sha: string): Promise<Record<string, string>> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const files: Record<string, string> = {};
	for (const [path, blob] of await listBlobs(github, sha)) {
		const { data } = await github.maintainer.rest.git.getBlob({ ...at, file_sha: blob });
		files[path] = Buffer.from(data.content, data.encoding as BufferEncoding).toString();
	}
	return files;
}

/** Blobs of a commit by path. */
async function listBlobs(github: EmulatedGitHub, sha: string): Promise<Map<string, string>> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { git } = github.maintainer.rest;
	const { data: commit } = await git.getCommit({ ...at, commit_sha: sha });
	const { data } = await git.getTree({ ...at, tree_sha: commit.tree.sha, recursive: '1' });
	return new Map(data.tree.filter(({ type }) => type === 'blob').map((entry) => [entry.path, entry.sha]));
}

import { isUtf8 } from 'node:buffer';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { RepositoryName } from '../../core/subject.ts';
import type { CheckRunInput } from '../../ports/forge/checks.ts';
import type { Comment, Issue } from '../../ports/forge/issues.ts';
import type { Pull } from '../../ports/forge/pulls.ts';
import type { Forge } from '../../ports/forge.ts';
import type { LocalContents } from './local-contents.ts';

export interface LocalForgeOptions {
	repository: RepositoryName;
	git: LocalContents;
	/** Comments, check runs and the pull request's text are kept here as files. */
	directory: string;
	issue: { number: number; title: string; body: string };
	/** Login of the person who runs it. */
	user: string;
	/** Milliseconds since 1970. */
	now: () => number;
}

const self = 'dark-factory';
const textLimit = 1024 * 1024;

/**
 * A forge without GitHub, for `run --repo`: the issue is given, commits and branches go into the local repository, and what people
 * would see on GitHub is written to files. It lives for one run of the process and never merges: that is for the person to do.
 */
export function localForge({ repository, git, directory, issue: given, user, now }: LocalForgeOptions): Forge {
	const comments: (Comment & { on: number })[] = [];
	const pulls: Pull[] = [];
	const checkRuns: (CheckRunInput & { id: number })[] = [];
	const issue: Issue = { ...given, author: user, state: 'open', labels: [], url: '', isPullRequest: false };
	let nextId = 1;

	async function keep(name: string, text: string): Promise<void> {
		await mkdir(directory, { recursive: true });
		await writeFile(join(directory, name), text.endsWith('\n') ? text : `${text}\n`);
	}

	function time(): string {
		return new Date(now()).toISOString();
	}

	function pullOf(number: number): Pull {
		const pull = pulls.find((one) => one.number === number);
		if (pull === undefined) throw new Fault('permanent', `there is no pull request ${number} in this local run`);
		return pull;
	}

	async function keepPull(pull: Pull): Promise<void> {
		await keep('pull-request.md', `# ${pull.title}\n\n${pull.body}`);
	}

	return {
		repository,
		issue: async (number) => {
			if (number === issue.number) return structuredClone(issue);
			const pull = pulls.find((one) => one.number === number);
			if (pull === undefined) return null;
			const { title, body, author, state, labels, url } = pull;
			return { number, title, body, author, state, labels: [...labels], url, isPullRequest: true };
		},
		comments: async (number) => comments.filter(({ on }) => on === number).map(({ on: _, ...comment }) => comment),
		openIssues: async (limit) => [structuredClone(issue)].slice(0, limit),
		findComment: async (number, marker) => {
			const found = comments.find((comment) => comment.on === number && comment.body.startsWith(marker));
			if (found === undefined) return null;
			const { on: _, ...comment } = found;
			return comment;
		},
		createComment: async (number, body) => {
			const id = nextId++;
			const url = join(directory, `comment-${id}.md`);
			const comment = { id, author: self, body, createdAt: time(), updatedAt: time(), url, own: true };
			comments.push({ ...comment, on: number });
			await keep(`comment-${id}.md`, body);
			return comment;
		},
		updateComment: async (id, body) => {
			const comment = comments.find((one) => one.id === id);
			if (comment === undefined) throw new Fault('permanent', `there is no comment ${id} in this local run`);
			Object.assign(comment, { body, updatedAt: time() });
			await keep(`comment-${id}.md`, body);
		},
		changeLabels: async (number, { add, remove }) => {
			const labels = number === issue.number ? issue.labels : pullOf(number).labels;
			const kept = labels.filter((label) => !remove.includes(label));
			labels.splice(0, labels.length, ...new Set([...kept, ...add]));
		},

		pull: async (number) => structuredClone(pulls.find((pull) => pull.number === number) ?? null),
		pullsOfBranch: async (branch) => structuredClone(pulls.filter((pull) => pull.headRef === branch).reverse()),
		createPull: async ({ title, body, head, base, draft }) => {
			const headSha = await git.branchSha(head);
			const baseSha = await git.branchSha(base);
			if (headSha === null || baseSha === null) {
				throw new Fault('permanent', `branch ${headSha === null ? head : base} does not exist in the local repository`);
			}
			const number = issue.number + 1 + pulls.length;
			const place = {
				headSha,
				headRef: head,
				baseSha,
				baseRef: base,
				fork: false,
				url: join(directory, 'pull-request.md'),
			};
			const state = { state: 'open' as const, merged: false, mergeSha: null, draft, author: self };
			const pull: Pull = { number, title, body, ...state, ...place, nodeId: `local-${number}`, labels: [] };
			pulls.push(pull);
			await keepPull(pull);
			return structuredClone(pull);
		},
		updatePull: async (number, change) => {
			const pull = pullOf(number);
			Object.assign(pull, change);
			await keepPull(pull);
		},
		markReady: async ({ number }) => {
			pullOf(number).draft = false;
		},
		reviews: async () => [],
		mergeBase: async (baseSha) => baseSha,
		merge: async () => ({ kind: 'not_mergeable', message: 'this is a local run: merge the branch yourself' }),

		checks: async (sha) =>
			checkRuns
				.filter((run) => run.headSha === sha)
				.map(({ name, status, conclusion, title, summary }) => {
					return { name, app: self, own: true, status, conclusion, summary: `${title}\n\n${summary}`, url: null };
				}),
		putCheckRun: async (input) => {
			const same = (run: CheckRunInput) =>
				run.name === input.name && run.externalId === input.externalId && run.headSha === input.headSha;
			const run = checkRuns.find(same) ?? { ...input, id: nextId++ };
			if (!checkRuns.includes(run)) checkRuns.push(run);
			Object.assign(run, input);
			const verdict = input.conclusion ?? input.status;
			const file = `check-${input.name.replace(/[^A-Za-z0-9.-]+/g, '-')}.md`;
			await keep(file, `# ${input.name}: ${verdict}\n\n${input.title}\n\n${input.summary}`);
			return { id: run.id, url: join(directory, file) };
		},

		defaultBranch: () => git.head(),
		branchSha: (branch) => git.branchSha(branch),
		readText: async (path, sha) => {
			const bytes = await git.readFile(sha, path);
			if (bytes === null || !isUtf8(bytes)) return null;
			if (bytes.length > textLimit) {
				throw new Fault('permanent', `${path} has ${bytes.length} bytes, more than the 1 MiB that are read as text`);
			}
			return Buffer.from(bytes).toString('utf8');
		},
		listDirectory: async (path, sha) => {
			const inside = (await git.list(sha)).filter((file) => file.startsWith(`${path}/`));
			return inside.map((file) => file.slice(path.length + 1)).filter((file) => !file.includes('/'));
		},
		remote: async () => ({ url: git.url, authorization: null }),
		link: (target) => {
			if ('commit' in target) return `commit ${target.commit}`;
			return `${target.file}${target.line === undefined ? '' : `:${target.line}`} at ${target.at}`;
		},

		permissionOf: async (login) => (login.toLowerCase() === user.toLowerCase() ? 'admin' : 'none'),
		appIdOf: async () => null,

		createCommit: (commit) => git.commit(commit),
		putBranch: async (branch, sha, expected) => {
			const current = await git.branchSha(branch);
			if (current === sha) return 'unchanged';
			if (current !== null && current !== expected) return 'moved';
			if (!(await git.setBranch(branch, sha, current))) return 'moved';
			for (const pull of pulls) if (pull.headRef === branch && pull.state === 'open') pull.headSha = sha;
			return current === null ? 'created' : 'updated';
		},
		deleteBranch: async (branch) => {
			const current = await git.branchSha(branch);
			if (current !== null) await git.setBranch(branch, null, current);
		},
	};
}

import { Fault } from '../../src/core/fault.ts';
import type { RepositoryName } from '../../src/core/subject.ts';
import { formatRepository } from '../../src/core/subject.ts';
import type { Check, CheckRunInput } from '../../src/ports/forge/checks.ts';
import type { Comment, Issue } from '../../src/ports/forge/issues.ts';
import type { Permission } from '../../src/ports/forge/people.ts';
import type { PublishedFile } from '../../src/ports/forge/publishing.ts';
import type { Pull, Review } from '../../src/ports/forge/pulls.ts';
import type { Forge, Forges } from '../../src/ports/forge.ts';
import type { Remote } from '../../src/ports/git.ts';
import { type HashedFile, hashCommit, hashTree } from './git-hash.ts';

export interface FakeCommit {
	sha: string;
	treeSha: string;
	parents: string[];
	message: string;
	date: string;
	files: Map<string, HashedFile>;
}

export interface FakeCheckRun extends CheckRunInput {
	id: number;
}

type Method = Exclude<keyof Forge, 'repository'>;

const epoch = '2026-01-01T00:00:00.000Z';

/**
 * A GitHub repository in memory that behaves as the port promises: comments, labels, pull requests, checks, contents and
 * commits with git's own SHAs. Arranged and inspected through its public fields; `calls` lists every method that was called.
 */
export class FakeForge implements Forge {
	readonly repository: RepositoryName;
	/** The App's own login. */
	readonly self = 'dark-factory[bot]';
	/** Every call in order: the method and its arguments. */
	readonly calls: { method: Method; arguments: unknown[] }[] = [];
	readonly issues = new Map<number, Issue>();
	readonly commentsOf = new Map<number, Comment[]>();
	readonly labels = new Set<string>();
	readonly pulls = new Map<number, Pull>();
	readonly reviewsOf = new Map<number, Review[]>();
	readonly checkRuns: FakeCheckRun[] = [];
	/** Checks of others, by SHA. */
	readonly foreignChecks = new Map<string, Check[]>();
	readonly permissions = new Map<string, Permission>();
	/** Ids of Apps by the login of their bot. */
	readonly apps = new Map<string, number>();
	readonly commits = new Map<string, FakeCommit>();
	readonly branches = new Map<string, string>();
	default = 'main';
	/** Where `remote()` points; set it to a real repository's URL for tests with git. */
	remoteUrl = 'https://github.invalid/repository.git';
	/** What `merge` answers for branches that may not be merged; null lets it merge. */
	notMergeable: string | null = null;
	#faults = new Map<Method, { when: 'before' | 'after'; error: Error }[]>();
	#nextId = 1;

	constructor(repository: RepositoryName = { owner: 'acme', name: 'widgets' }, files: Record<string, string> = {}) {
		this.repository = repository;
		if (Object.keys(files).length > 0) this.commitFiles('main', files);
	}

	/** The next call of `method` fails; `after` fails once the work is done, as a lost answer does. */
	failNext(
		method: Method,
		error: Error = new Fault('transient', `${method} answered 502`),
		when: 'before' | 'after' = 'before',
	) {
		this.#faults.set(method, [...(this.#faults.get(method) ?? []), { when, error }]);
	}

	/** Commits these files on top of what the branch holds, as a person would push them. Returns the commit's SHA. */
	commitFiles(branch: string, files: Record<string, string | null>, message = 'A commit', date = epoch): string {
		const parent = this.branches.get(branch) ?? null;
		const commit = this.#addCommit(
			parent,
			Object.entries(files).map(([path, text]) => ({
				path,
				mode: '100644',
				content: text === null ? null : Buffer.from(text),
			})),
			message,
			date,
		);
		this.branches.set(branch, commit.sha);
		for (const pull of this.pulls.values()) {
			if (pull.headRef === branch && pull.state === 'open') pull.headSha = commit.sha;
		}
		return commit.sha;
	}

	addIssue(issue: Partial<Issue> & { number: number }): Issue {
		const full: Issue = {
			title: `Issue ${issue.number}`,
			body: '',
			author: 'reporter',
			state: 'open',
			labels: [],
			url: this.#url(`issues/${issue.number}`),
			isPullRequest: false,
			...issue,
		};
		this.issues.set(full.number, full);
		return full;
	}

	/** A comment by somebody; `own` when `author` is the App. */
	addComment(number: number, author: string, body: string, createdAt = epoch): Comment {
		const id = this.#nextId++;
		const url = this.#url(`issues/${number}#issuecomment-${id}`);
		const comment: Comment = { id, author, body, createdAt, updatedAt: createdAt, url, own: author === this.self };
		this.commentsOf.set(number, [...(this.commentsOf.get(number) ?? []), comment]);
		return comment;
	}

	addPull(pull: Partial<Pull> & { number: number; headRef: string }): Pull {
		const full: Pull = {
			title: `Pull request ${pull.number}`,
			body: '',
			state: 'open',
			merged: false,
			mergeSha: null,
			draft: false,
			author: this.self,
			headSha: this.branches.get(pull.headRef) ?? '0'.repeat(40),
			baseSha: this.branches.get(pull.baseRef ?? this.default) ?? '0'.repeat(40),
			baseRef: this.default,
			fork: false,
			url: this.#url(`pull/${pull.number}`),
			nodeId: `PR_${pull.number}`,
			labels: [],
			...pull,
		};
		this.pulls.set(full.number, full);
		const { number, title, body, author, state, labels, url } = full;
		this.issues.set(number, { number, title, body, author, state, labels, url, isPullRequest: true });
		return full;
	}

	async issue(number: number): Promise<Issue | null> {
		return this.#call('issue', [number], () => structuredClone(this.issues.get(number) ?? null));
	}

	async comments(number: number): Promise<Comment[]> {
		return this.#call('comments', [number], () => structuredClone(this.commentsOf.get(number) ?? []));
	}

	async openIssues(limit: number): Promise<Issue[]> {
		return this.#call('openIssues', [limit], () => {
			const open = [...this.issues.values()].filter((issue) => issue.state === 'open' && !issue.isPullRequest);
			return structuredClone(open.sort((a, b) => b.number - a.number).slice(0, limit));
		});
	}

	async findComment(number: number, marker: string): Promise<Comment | null> {
		return this.#call('findComment', [number, marker], () => {
			const found = this.commentsOf.get(number)?.find((comment) => comment.own && comment.body.startsWith(marker));
			return structuredClone(found ?? null);
		});
	}

	async createComment(number: number, body: string): Promise<Comment> {
		return this.#call('createComment', [number, body], () => structuredClone(this.addComment(number, this.self, body)));
	}

	async updateComment(id: number, body: string): Promise<void> {
		return this.#call('updateComment', [id, body], () => {
			const comment = [...this.commentsOf.values()].flat().find((candidate) => candidate.id === id);
			if (comment === undefined) throw new Fault('permanent', `comment ${id} does not exist`);
			comment.body = body;
		});
	}

	async changeLabels(number: number, change: { add: string[]; remove: string[] }): Promise<void> {
		return this.#call('changeLabels', [number, change], () => {
			const issue = this.issues.get(number);
			if (issue === undefined) throw new Fault('permanent', `issue ${number} does not exist`);
			for (const label of change.add) this.labels.add(label);
			issue.labels = [...new Set([...issue.labels.filter((label) => !change.remove.includes(label)), ...change.add])];
			const pull = this.pulls.get(number);
			if (pull !== undefined) pull.labels = [...issue.labels];
		});
	}

	async pull(number: number): Promise<Pull | null> {
		return this.#call('pull', [number], () => structuredClone(this.pulls.get(number) ?? null));
	}

	async pullsOfBranch(branch: string): Promise<Pull[]> {
		return this.#call('pullsOfBranch', [branch], () => {
			const found = [...this.pulls.values()].filter((pull) => pull.headRef === branch && !pull.fork);
			return structuredClone(found.sort((a, b) => b.number - a.number));
		});
	}

	async createPull(pull: { title: string; body: string; head: string; base: string; draft: boolean }): Promise<Pull> {
		return this.#call('createPull', [pull], () => {
			if (!this.branches.has(pull.head)) throw new Fault('permanent', `branch ${pull.head} does not exist`);
			const { title, body, draft } = pull;
			const number = Math.max(0, ...this.issues.keys()) + 1;
			const made = this.addPull({ number, title, body, draft, headRef: pull.head, baseRef: pull.base });
			return structuredClone(made);
		});
	}

	async updatePull(number: number, change: { title?: string; body?: string; state?: 'closed' }): Promise<void> {
		return this.#call('updatePull', [number, change], () => {
			Object.assign(this.#openPull(number), change);
			const issue = this.issues.get(number);
			if (issue !== undefined) Object.assign(issue, change);
		});
	}

	async markReady(pull: Pull): Promise<void> {
		return this.#call('markReady', [pull.number], () => {
			this.#openPull(pull.number).draft = false;
		});
	}

	async reviews(number: number): Promise<Review[]> {
		return this.#call('reviews', [number], () => structuredClone(this.reviewsOf.get(number) ?? []));
	}

	async mergeBase(baseSha: string, headSha: string): Promise<string> {
		return this.#call('mergeBase', [baseSha, headSha], () => {
			const ancestors = new Set(this.#withAncestors(baseSha));
			return this.#withAncestors(headSha).find((sha) => ancestors.has(sha)) ?? baseSha;
		});
	}

	#withAncestors(sha: string): string[] {
		const found: string[] = [];
		const open = [sha];
		for (let next = open.shift(); next !== undefined; next = open.shift()) {
			found.push(next);
			open.push(...(this.commits.get(next)?.parents ?? []));
		}
		return found;
	}

	async merge(
		number: number,
		options: { sha: string; method: 'merge' | 'squash' | 'rebase'; title: string; message: string },
	): Promise<{ kind: 'merged'; sha: string } | { kind: 'head_moved' | 'not_mergeable'; message: string }> {
		return this.#call('merge', [number, options], () => {
			const pull = this.#openPull(number);
			if (pull.headSha !== options.sha) return { kind: 'head_moved' as const, message: 'Head branch was modified' };
			if (pull.draft || pull.state === 'closed' || this.notMergeable !== null) {
				return { kind: 'not_mergeable' as const, message: this.notMergeable ?? 'Pull request is not mergeable' };
			}
			const head = this.#commit(pull.headSha);
			const base = this.branches.get(pull.baseRef) ?? null;
			const parents = [base, options.method === 'merge' ? head.sha : null].filter((sha) => sha !== null);
			const message = `${options.title}\n\n${options.message}`;
			const sha = hashCommit({ treeSha: head.treeSha, parents, message, date: epoch });
			this.commits.set(sha, { ...head, sha, parents, message, date: epoch });
			this.branches.set(pull.baseRef, sha);
			Object.assign(pull, { merged: true, mergeSha: sha, state: 'closed' });
			const issue = this.issues.get(number);
			if (issue !== undefined) issue.state = 'closed';
			return { kind: 'merged' as const, sha };
		});
	}

	async checks(sha: string): Promise<Check[]> {
		return this.#call('checks', [sha], () => {
			const own = this.checkRuns
				.filter((run) => run.headSha === sha)
				.map(({ name, status, conclusion, title, summary }): Check => {
					const text = `${title}\n\n${summary}`;
					return { name, app: 'dark-factory', own: true, status, conclusion, summary: text, url: null };
				});
			return structuredClone([...own, ...(this.foreignChecks.get(sha) ?? [])]);
		});
	}

	async putCheckRun(input: CheckRunInput): Promise<{ id: number; url: string | null }> {
		return this.#call('putCheckRun', [input], () => {
			const same = this.checkRuns.find(
				(run) => run.name === input.name && run.externalId === input.externalId && run.headSha === input.headSha,
			);
			if (same !== undefined) {
				Object.assign(same, input);
				return { id: same.id, url: this.#url(`runs/${same.id}`) };
			}
			const id = this.#nextId++;
			this.checkRuns.push({ ...input, id });
			return { id, url: this.#url(`runs/${id}`) };
		});
	}

	async defaultBranch(): Promise<{ name: string; sha: string } | null> {
		return this.#call('defaultBranch', [], () => {
			const sha = this.branches.get(this.default);
			return sha === undefined ? null : { name: this.default, sha };
		});
	}

	async branchSha(branch: string): Promise<string | null> {
		return this.#call('branchSha', [branch], () => this.branches.get(branch) ?? null);
	}

	async readText(path: string, sha: string): Promise<string | null> {
		return this.#call('readText', [path, sha], () => {
			const file = this.#commit(sha).files.get(path);
			if (file === undefined) return null;
			if (file.content.length > 1_048_576) throw new Fault('permanent', `${path} is over 1 MiB`);
			return Buffer.from(file.content).toString('utf8');
		});
	}

	async listDirectory(path: string, sha: string): Promise<string[]> {
		return this.#call('listDirectory', [path, sha], () => {
			const prefix = `${path}/`;
			const inside = [...this.#commit(sha).files.keys()].filter((file) => file.startsWith(prefix));
			return inside.map((file) => file.slice(prefix.length)).filter((file) => !file.includes('/'));
		});
	}

	async remote(): Promise<Remote> {
		return this.#call('remote', [], () => ({ url: this.remoteUrl, authorization: null }));
	}

	link(target: { commit: string } | { file: string; at: string; line?: number }): string {
		if ('commit' in target) return this.#url(`commit/${target.commit}`);
		return this.#url(`blob/${target.at}/${target.file}${target.line === undefined ? '' : `#L${target.line}`}`);
	}

	async permissionOf(login: string): Promise<Permission> {
		return this.#call('permissionOf', [login], () => this.permissions.get(login) ?? 'none');
	}

	async appIdOf(login: string): Promise<number | null> {
		return this.#call('appIdOf', [login], () => this.apps.get(login) ?? null);
	}

	async createCommit(commit: {
		parentSha: string;
		baseTreeSha: string;
		files: PublishedFile[];
		message: string;
		date: string;
	}): Promise<{ sha: string; treeSha: string }> {
		return this.#call('createCommit', [commit], () => {
			const base = [...this.commits.values()].find((known) => known.treeSha === commit.baseTreeSha);
			if (base === undefined) throw new Fault('permanent', `tree ${commit.baseTreeSha} does not exist`);
			const { sha, treeSha } = this.#addCommit(commit.parentSha, commit.files, commit.message, commit.date, base.files);
			return { sha, treeSha };
		});
	}

	async putBranch(
		branch: string,
		sha: string,
		expected: string | null,
	): Promise<'created' | 'updated' | 'unchanged' | 'moved'> {
		return this.#call('putBranch', [branch, sha, expected], () => {
			const now = this.branches.get(branch) ?? null;
			if (now === sha) return 'unchanged';
			if (now !== null && now !== expected) return 'moved';
			this.#commit(sha);
			this.branches.set(branch, sha);
			for (const pull of this.pulls.values()) {
				if (pull.headRef === branch && pull.state === 'open') pull.headSha = sha;
			}
			return now === null ? 'created' : 'updated';
		});
	}

	async deleteBranch(branch: string): Promise<void> {
		return this.#call('deleteBranch', [branch], () => {
			this.branches.delete(branch);
		});
	}

	/** How often `method` was called. */
	count(method: Method): number {
		return this.calls.filter((call) => call.method === method).length;
	}

	async #call<T>(method: Method, args: unknown[], work: () => T): Promise<T> {
		this.calls.push({ method, arguments: structuredClone(args) });
		const queued = this.#faults.get(method)?.shift();
		if (queued?.when === 'before') throw queued.error;
		const result = work();
		if (queued !== undefined) throw queued.error;
		return result;
	}

	#openPull(number: number): Pull {
		const pull = this.pulls.get(number);
		if (pull === undefined) throw new Fault('permanent', `pull request ${number} does not exist`);
		return pull;
	}

	#commit(sha: string): FakeCommit {
		const commit = this.commits.get(sha);
		if (commit === undefined) throw new Fault('permanent', `commit ${sha} does not exist`);
		return commit;
	}

	#addCommit(
		parent: string | null,
		changes: { path: string; mode: string; content: Uint8Array | null }[],
		message: string,
		date: string,
		base: Map<string, HashedFile> = parent === null ? new Map() : this.#commit(parent).files,
	): FakeCommit {
		const files = new Map(base);
		for (const { path, mode, content } of changes) {
			if (content === null) files.delete(path);
			else files.set(path, { mode, content });
		}
		const treeSha = hashTree(files);
		const parents = parent === null ? [] : [parent];
		const sha = hashCommit({ treeSha, parents, message, date });
		const commit = { sha, treeSha, parents, message, date, files };
		this.commits.set(sha, commit);
		return commit;
	}

	#url(path: string): string {
		return `https://github.invalid/${formatRepository(this.repository)}/${path}`;
	}
}

/** Opens the fakes it was given; any other repository is as if the App was not installed. */
export function fakeForges(...forges: FakeForge[]): Forges {
	return {
		async open(repository) {
			const forge = forges.find((one) => formatRepository(one.repository) === formatRepository(repository));
			if (forge === undefined)
				throw new Fault('permanent', `the App is not installed on ${formatRepository(repository)}`);
			return forge;
		},
	};
}

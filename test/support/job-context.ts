import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGit } from '../../src/adapters/git/create-git.ts';
import type { AgentEnd, AgentTask, ToolName, Workspace } from '../../src/agent/agent-task.ts';
import type { Frozen } from '../../src/core/frozen.ts';
import type { JobEnd } from '../../src/core/job-end.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Role } from '../../src/core/role.ts';
import type { RunState } from '../../src/core/run-state.ts';
import type { SignalName } from '../../src/core/signal.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { GitRepository } from '../../src/ports/git.ts';
import type { SecretScanner } from '../../src/ports/secret-scanner.ts';
import { applyEntry, foldRun } from '../../src/workflow/fold.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';
import { settleJob } from '../../src/workflow/settle.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';
import type { Effect, JobContext, Stage } from '../../workers/job-context.ts';
import { FakeForge } from './fake-forge.ts';
import { newRun } from './new-run.ts';
import { ShellSandbox } from './shell-sandbox.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** What a stage asked of a model, as far as a test wants to see it. */
export interface AskedTask {
	job: string;
	role: Role;
	system: string;
	prompt: string;
	tools: readonly ToolName[];
	workspace: Workspace | null;
	avoid: readonly string[];
}

/** Plays the model: works in `task.workspace` as it likes and returns what it submits, or how it stopped. */
export type Answer = (task: AskedTask) => unknown;

/** How a model stopped without submitting, returned by an `Answer`. */
export class Stopped {
	readonly outcome: Exclude<Outcome, 'done' | 'no_change'>;
	readonly reason: string;
	constructor(outcome: Exclude<Outcome, 'done' | 'no_change'>, reason: string) {
		this.outcome = outcome;
		this.reason = reason;
	}
}

export interface HarnessOptions {
	/** Files of the base commit. */
	files?: Record<string, string>;
	workflow?: 'issue-to-pr' | 'plan-only' | 'evaluate-pr';
	/** Text of a workflow of the repository's own, in place of that one. */
	source?: string;
	/** Changes the policy of the run; called once with a copy that may be changed. */
	policy?: (policy: Policy) => void;
	/** Changes what was frozen; called once with a copy that may be changed. */
	frozen?: (frozen: Frozen) => void;
	secrets?: SecretScanner;
}

const root = join(import.meta.dirname, '../..');

/**
 * A run in a journal in memory, with a real git repository, a GitHub in memory and a shell: enough to run any stage as the executor
 * would. `run` starts a job, runs the stage and settles it, exactly as the journal of a real run would tell it.
 */
export class StageHarness {
	readonly id = 'r0000000a1';
	readonly frozen: Frozen;
	readonly workflow: Workflow;
	readonly forge: FakeForge;
	readonly git: GitRepository;
	readonly sandbox = new ShellSandbox();
	/** Bytes of every artifact by digest. */
	readonly artifacts = new Map<string, { bytes: Uint8Array; mediaType: string }>();
	/** Everything asked of models, in order. */
	readonly asked: AskedTask[] = [];
	/** Lines of the log. */
	readonly logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
	readonly state: RunState;
	/** The model; a test sets it. */
	answer: Answer = () => new Stopped('failed', 'The test has no answer for this task.');
	/** Milliseconds since 1970; a test may move it. */
	now = Date.parse('2026-01-02T00:00:00Z');
	/** A directory of this run's own, outside of every worktree. */
	readonly directory = temporaryDirectory();
	readonly #secrets: SecretScanner;

	private constructor(
		frozen: Frozen,
		workflow: Workflow,
		forge: FakeForge,
		git: GitRepository,
		secrets: SecretScanner,
	) {
		this.frozen = frozen;
		this.workflow = workflow;
		this.forge = forge;
		this.git = git;
		this.#secrets = secrets;
		const created: JournalEvent = { type: 'run.created', frozen, factoryVersion: '0.0.0' };
		this.state = foldRun(workflow, [{ run: this.id, seq: 1, at: this.now, event: created }]);
	}

	static async create(options: HarnessOptions = {}): Promise<StageHarness> {
		const files = options.files ?? { 'README.md': '# Widgets\n', 'src/widget.js': 'export const wobble = true;\n' };
		const name = options.workflow ?? 'issue-to-pr';
		const source = options.source ?? readFileSync(join(root, 'config/workflows', `${name}.yml`), 'utf8');
		const parsed = parseWorkflow(source, `${name}.yml`);
		if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
		const forge = new FakeForge({ owner: 'acme', name: 'widgets' }, files);
		const baseSha = forge.branches.get('main') ?? '';
		const { created } = newRun({ id: 'r0000000a1' });
		const frozen = structuredClone(created.frozen);
		frozen.baseSha = baseSha;
		frozen.workflow = { name, source, digest: createHash('sha256').update(source).digest('hex') };
		options.policy?.(frozen.policy);
		options.frozen?.(frozen);
		const { number, title, body, author } = frozen.subject;
		if (frozen.subject.kind === 'issue') forge.addIssue({ number, title, body, author });
		const git = await openRepository(files, baseSha);
		return new StageHarness(frozen, parsed.workflow, forge, git, options.secrets ?? { scan: async () => [] });
	}

	/** Appends to the journal, as the run's one writer. */
	append(...events: JournalEvent[]): void {
		for (const event of events) {
			applyEntry(this.workflow, this.state, { run: this.id, seq: this.state.lastSeq + 1, at: this.now, event });
		}
	}

	/** Lets a job have ended, without running it. */
	end(job: string, outputs: Record<string, Json>, outcome: Outcome = 'done'): void {
		this.start(job);
		this.append({ type: 'job.ended', job, outcome, reason: '', outputs });
	}

	signal(name: SignalName, by = 'ada', reason = ''): void {
		this.append({ type: 'signal.received', id: `signal-${this.state.lastSeq}`, signal: { name, by, reason } });
	}

	start(job: string): void {
		const { attempt, round } = this.#job(job);
		this.append({ type: 'job.started', job, attempt: attempt + 1, round, worker: 'test' });
	}

	/** Starts the job, runs the stage on it, and settles what it answers. A fault is thrown and settles nothing. */
	async run(stage: Stage, job: string, inputs: Record<string, Json> = {}): Promise<JobEnd> {
		this.start(job);
		const end = await stage(this.context(job, inputs));
		this.append(settleJob(this.workflow, this.state, job, end));
		return end;
	}

	/** The tree of the base with these files written over it; null deletes. */
	async tree(files: Record<string, string | null>, onto = this.frozen.baseSha): Promise<string> {
		const worktree = await this.git.checkOut(onto, 'test-tree');
		for (const [path, text] of Object.entries(files)) {
			const target = join(worktree.directory, path);
			mkdirSync(dirname(target), { recursive: true });
			if (text === null) execFileSync('rm', ['-f', target]);
			else writeFileSync(target, text);
		}
		const tree = await this.git.save(worktree, onto);
		await worktree.remove();
		return tree;
	}

	context(job: string, inputs: Record<string, Json> = {}): JobContext {
		const say = (level: string) => (fields: Record<string, unknown>, message: string) => {
			this.logged.push({ level, fields, message });
		};
		return {
			run: this.id,
			frozen: this.frozen,
			workflow: this.workflow,
			state: this.state,
			job: structuredClone(this.#job(job)),
			with: inputs,
			signal: new AbortController().signal,
			clock: this.clock,
			ids: { run: () => this.id, token: () => 'f'.repeat(32) },
			log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
			forge: this.forge,
			git: this.git,
			sandbox: this.sandbox,
			artifacts: {
				put: async (_run, bytes, mediaType) => {
					const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
					this.artifacts.set(digest, { bytes, mediaType });
					return digest;
				},
				get: async (digest) => this.artifacts.get(digest) ?? null,
			},
			secrets: this.#secrets,
			prompt: (name) => readFileSync(join(root, 'config/prompts', `${name}.md`), 'utf8'),
			rubric: readFileSync(join(root, 'config/rubric.yml'), 'utf8'),
			refresh: () => this.state,
			record: async (events) => this.append(...events),
			effect: async (effect) => await this.#effect(job, effect),
			agent: async (task) => await this.#agent(job, task),
		};
	}

	get clock(): Clock {
		return {
			now: () => this.now,
			sleep: async (ms) => {
				this.now += ms;
			},
		};
	}

	async #effect<T extends Json>(job: string, effect: Effect<T>): Promise<T> {
		const recorded = this.state.effects.get(effect.key);
		if (recorded !== undefined) return recorded as T;
		this.append({ type: 'effect.intended', job, key: effect.key, kind: effect.kind });
		const found = await effect.find();
		const result = found ?? (await effect.make());
		this.append({ type: 'effect.done', job, key: effect.key, kind: effect.kind, found: found !== null, result });
		return result;
	}

	async #agent<T>(job: string, task: AgentTask<T>): Promise<AgentEnd<T>> {
		const { role, system, prompt, tools, workspace, avoid = [] } = task;
		const asked = { job, role, system, prompt, tools, workspace, avoid };
		this.asked.push(asked);
		this.append({ type: 'agent.started', job, role });
		const answer = await this.answer(asked);
		if (answer instanceof Stopped) return { kind: 'stopped', outcome: answer.outcome, reason: answer.reason };
		const parsed = task.submit.safeParse(answer);
		if (!parsed.success) return { kind: 'stopped', outcome: 'failed', reason: parsed.error.message };
		const problems = (await task.check?.(parsed.data)) ?? [];
		if (problems.length > 0) return { kind: 'stopped', outcome: 'failed', reason: problems.join('\n') };
		return { kind: 'submitted', value: parsed.data, arm: `test/${role}`, turns: 1 };
	}

	#job(id: string) {
		const job = this.state.jobs.get(id);
		if (job === undefined) throw new Error(`The workflow ${this.workflow.name} has no job ${id}.`);
		return job;
	}
}

/** A real repository whose base commit is byte for byte the one that `FakeForge` made of the same files. */
async function openRepository(files: Record<string, string>, baseSha: string): Promise<GitRepository> {
	const directory = temporaryDirectory();
	const origin = join(directory, 'origin');
	mkdirSync(origin);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(origin, path)), { recursive: true });
		writeFileSync(join(origin, path), text);
	}
	const git = (args: string[], input = '') =>
		execFileSync('git', args, {
			cwd: origin,
			input,
			env: { PATH: process.env.PATH ?? '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
		})
			.toString()
			.trim();
	git(['init', '--quiet', '--initial-branch=main']);
	git(['add', '--all', '--force']);
	const who = 'dark-factory[bot] <dark-factory[bot]@users.noreply.github.com> 1767225600 +0000';
	const commit = `tree ${git(['write-tree'])}\nauthor ${who}\ncommitter ${who}\n\nA commit`;
	const head = git(['hash-object', '-t', 'commit', '-w', '--stdin'], commit);
	git(['update-ref', 'refs/heads/main', head]);
	const repository = await createGit({
		dataDirectory: join(directory, 'data'),
		clock: { now: () => 0, sleep: async () => {} },
		serverUrl: null,
		localRepositories: 'allowed',
	}).open({ owner: 'acme', name: 'widgets' });
	await repository.ensure(head, { url: pathToFileURL(origin).href, authorization: null });
	if (head !== baseSha) throw new Error(`git made ${head} of the files, the fake forge ${baseSha}.`);
	return repository;
}

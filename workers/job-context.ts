import type { AgentEnd, AgentTask } from '../src/agent/agent-task.ts';
import type { Frozen } from '../src/core/frozen.ts';
import type { JobEnd } from '../src/core/job-end.ts';
import type { JournalEvent } from '../src/core/journal.ts';
import type { Json } from '../src/core/json.ts';
import type { JobState, RunState } from '../src/core/run-state.ts';
import type { ArtifactStore } from '../src/ports/artifact-store.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Forge } from '../src/ports/forge.ts';
import type { GitRepository } from '../src/ports/git.ts';
import type { Ids } from '../src/ports/ids.ts';
import type { Log } from '../src/ports/log.ts';
import type { Sandbox } from '../src/ports/sandbox.ts';
import type { SecretScanner } from '../src/ports/secret-scanner.ts';
import type { Workflow } from '../src/workflow/workflow.ts';

/** An act upon the world that can be found again by its key. */
export interface Effect<T extends Json> {
	/** Unique in the run: `pull-request`, `plan-comment`. */
	key: string;
	/** What kind of act, for people: `comment`, `check run`, `merge`. */
	kind: string;
	/** Looks for the act on GitHub (marker, branch name, external id); null when it was not done. */
	find(): Promise<T | null>;
	make(): Promise<T>;
}

/** Everything that a stage may use. One is made for each start of a job. */
export interface JobContext {
	readonly run: string;
	readonly frozen: Frozen;
	readonly workflow: Workflow;
	/** The fold of the journal when the job started; `refresh()` gives a newer one. */
	readonly state: RunState;
	/** This job, at its start. */
	readonly job: JobState;
	/** `with:` of the workflow, expressions evaluated. */
	readonly with: Record<string, Json>;
	readonly signal: AbortSignal;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
	readonly forge: Forge;
	/** The host's git repository, with the base commit available. */
	readonly git: GitRepository;
	readonly sandbox: Sandbox;
	readonly artifacts: ArtifactStore;
	readonly secrets: SecretScanner;
	/** Text of `config/prompts/<name>.md`. */
	prompt(name: string): string;
	/** Text of `config/rubric.yml`. */
	readonly rubric: string;
	refresh(): RunState;
	/** Appends to the journal. @throws Fault fenced when this worker lost the run. */
	record(events: JournalEvent[]): Promise<void>;
	/**
	 * Does it once: a recorded result is returned, else it is announced, looked up, made when missing, recorded.
	 */
	effect<T extends Json>(effect: Effect<T>): Promise<T>;
	/** Runs a model on the task, resuming from the journal. */
	agent<T>(task: AgentTask<T>): Promise<AgentEnd<T>>;
}

/** A stage: `load -> decide (core) -> act (ports) -> record`. Refusals are values, faults are exceptions. */
export type Stage = (context: JobContext) => Promise<JobEnd>;

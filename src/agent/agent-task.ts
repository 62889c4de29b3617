import type { z } from 'zod';
import type { Outcome } from '../core/outcome.ts';
import type { Role } from '../core/role.ts';
import type { CommandResult } from '../ports/sandbox.ts';

export const toolNames = ['read', 'grep', 'glob', 'edit', 'replace_text', 'write', 'bash', 'note'] as const;
export type ToolName = (typeof toolNames)[number];

/** Tools that cannot change anything. */
export const readOnlyTools: readonly ToolName[] = ['read', 'grep', 'glob', 'note'];

/** The only part of the world that an agent's tools can reach. */
export interface Workspace {
	/** Absolute path of the worktree. */
	directory: string;
	/** Runs a command in the sandbox, in the worktree. */
	run(script: string, timeoutMs: number, signal: AbortSignal): Promise<CommandResult>;
	/** Saves the worktree as a tree of the host's git and returns its SHA. */
	save(): Promise<string>;
	/** Replaces the worktree's files by those of a saved tree (resumption). */
	restore(treeSha: string): Promise<void>;
	/** Keeps a whole output that was too long to show, and returns its digest. */
	keep(bytes: Uint8Array): Promise<string>;
}

/** What a model is asked to do in one job. */
export interface AgentTask<T> {
	role: Role;
	system: string;
	prompt: string;
	/** What `submit` must carry. Its JSON Schema is what the model sees. */
	submit: z.ZodType<T>;
	/** Further rules that a value of the right shape can still break; each string is told to the model. */
	check?: (value: T) => string[] | Promise<string[]>;
	/** Besides `submit`, which is always there. Empty: one call, which must submit. */
	tools: readonly ToolName[];
	/** Null when `tools` is empty. */
	workspace: Workspace | null;
	/**
	 * Arms (`provider/model`) whose models are taken only when the role has no other that is configured: a judge is to be
	 * another model than the implementer. Whether that worked is read from the `arm` of the answer.
	 */
	avoid?: readonly string[];
}

/** How an agent's work ended. Model faults that a retry cannot mend come as `stopped`, never as an exception. */
export type AgentEnd<T> =
	| { kind: 'submitted'; value: T; arm: string; turns: number }
	| { kind: 'stopped'; outcome: Exclude<Outcome, 'done' | 'no_change'>; reason: string };

import type { Json } from '../core/json.ts';
import type { Role } from '../core/role.ts';
import type { StepKind } from '../core/step-kind.ts';

/** Where a repository keeps workflows of its own; each file's name without `.yml` is the workflow's. */
export const workflowsPath = '.github/dark-factory/workflows';

/** One vertex of the DAG. */
export interface WorkflowJob {
	id: string;
	uses: StepKind;
	needs: string[];
	/** An expression without `${{ }}`; null means: when all needs ended as done or no_change. */
	if: string | null;
	/** Values; strings may hold `${{ }}`. */
	with: Record<string, Json>;
	/** The role whose arms it runs on and whose workers do it; null when no model is involved. */
	role: Role | null;
	/** Arms that replace the mix's for this job, in order of preference. */
	model: string[] | null;
	timeoutMinutes: number;
	/** How often a fault is tried again before the job fails. */
	retries: number;
	/** Jobs that this one may send work back to; each is an ancestor. */
	sendsBackTo: string[];
	/** 1-based line in the source, for messages. */
	line: number;
}

/** A checked workflow: acyclic, every name known. */
export interface Workflow {
	name: string;
	description: string;
	/** In an order in which needs come first. */
	jobs: WorkflowJob[];
	source: string;
}

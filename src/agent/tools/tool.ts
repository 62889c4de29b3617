import type { z } from 'zod';
import type { ToolSpec } from '../../core/message.ts';
import type { Workspace } from '../agent-task.ts';
import { buildSchema } from './build-schema.ts';
import { formatIssues } from './format-issues.ts';
import type { Snapshots } from './snapshots.ts';

/** What a call may use. */
export interface ToolContext {
	workspace: Workspace;
	/** What the model was shown of which file in this round. */
	snapshots: Snapshots;
	/** Time that is left, in ms; a command may not run longer. */
	remainingMs(): number;
	signal: AbortSignal;
}

export type ToolOutcome =
	| { kind: 'ok'; text: string; note?: string }
	/** The call did nothing; the text says so and what a correct call needs. */
	| { kind: 'error'; text: string };

export interface Tool {
	spec: ToolSpec;
	/** `reads` may run beside others of its kind; `writes` and `runs` are alone, and the tree is saved after them. */
	effect: 'reads' | 'writes' | 'runs';
	/** Never rejects for anything that the arguments or the worktree's content can cause. */
	execute(args: unknown, context: ToolContext): Promise<ToolOutcome>;
}

/** A tool whose arguments are checked against `parameters` before `execute` sees them. */
export function defineTool<Args>(definition: {
	name: string;
	description: string;
	parameters: z.ZodType<Args>;
	effect: Tool['effect'];
	execute(args: Args, context: ToolContext): Promise<ToolOutcome>;
}): Tool {
	return {
		spec: {
			name: definition.name,
			description: definition.description,
			parameters: buildSchema(definition.parameters),
		},
		effect: definition.effect,
		async execute(args, context) {
			const parsed = definition.parameters.safeParse(args);
			if (parsed.success) return definition.execute(parsed.data, context);
			return {
				kind: 'error',
				text: `E_ARGUMENTS ${definition.name}: nothing was done.\n${formatIssues(parsed.error)}`,
			};
		},
	};
}

import { stepKindFacts } from '../src/core/step-kind.ts';
import type { Lane } from '../src/ports/queue.ts';
import type { Command } from '../src/workflow/next.ts';
import type { Workflow } from '../src/workflow/workflow.ts';

/** Which workers a command is for. */
export function laneOf(workflow: Workflow, command: Command): Lane {
	if (command.kind !== 'start') return 'host';
	const uses = workflow.jobs.find((job) => job.id === command.job)?.uses;
	return (uses === undefined ? null : stepKindFacts[uses].role) ?? 'host';
}

import type { Lane } from '../src/ports/queue.ts';
import type { Command } from '../src/workflow/next.ts';
import type { Workflow } from '../src/workflow/workflow.ts';

/** Which workers a command is for. */
export function laneOf(workflow: Workflow, command: Command): Lane {
	if (command.kind !== 'start') return 'host';
	return workflow.jobs.find((job) => job.id === command.job)?.role ?? 'host';
}

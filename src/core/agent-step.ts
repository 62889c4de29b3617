import type { JournalEvent, JournalEventType } from './journal.ts';

const steps: ReadonlySet<JournalEventType> = new Set([
	'agent.started',
	'agent.noted',
	'agent.told',
	'model.requested',
	'model.responded',
	'model.failed',
	'tool.started',
	'tool.ended',
	'tree.saved',
]);

/**
 * Whether the event is a step of an agent within its own worktree. When the journal's end is lost, such steps are made again from where
 * it then ends, as after a crash, and nobody outside saw them. All other events are promises: to GitHub, to people, to other jobs.
 */
export function isAgentStep(event: JournalEvent): boolean {
	return steps.has(event.type);
}

import type { JournalEntry, JournalEvent } from '../../src/core/journal.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { RunState } from '../../src/core/run-state.ts';
import { foldRun } from '../../src/workflow/fold.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';
import { newRun } from './new-run.ts';

/** A workflow that must be valid. */
export function workflowOf(source: string): Workflow {
	const parsed = parseWorkflow(source, 'test.yml');
	if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
	return parsed.workflow;
}

/** The first event of a run of that workflow; `policy` changes parts of the default test policy. */
export function created(
	workflow: Workflow,
	policy: Partial<Policy> = {},
): Extract<JournalEvent, { type: 'run.created' }> {
	const { created: event } = newRun({ id: 'r1' });
	return {
		...event,
		frozen: {
			...event.frozen,
			workflow: { ...event.frozen.workflow, source: workflow.source },
			policy: { ...event.frozen.policy, ...policy },
		},
	};
}

/** Events as journal entries, a second apart. */
export function entriesOf(events: readonly JournalEvent[]): JournalEntry[] {
	return events.map((event, index) => ({ run: 'r1', seq: index + 1, at: 1_000 * (index + 1), event }));
}

export function stateOf(workflow: Workflow, events: readonly JournalEvent[], policy: Partial<Policy> = {}): RunState {
	return foldRun(workflow, entriesOf([created(workflow, policy), ...events]));
}

export function started(job: string, round = 1, attempt = 1): JournalEvent {
	return { type: 'job.started', job, attempt, round, worker: 'w' };
}

export function done(job: string, outputs: Record<string, string> = {}): JournalEvent {
	return { type: 'job.ended', job, outcome: 'done', reason: `${job} is done`, outputs };
}

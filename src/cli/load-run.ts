import { Fault } from '../core/fault.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunStore } from '../ports/run-store.ts';
import { foldRun } from '../workflow/fold.ts';
import { parseWorkflow } from '../workflow/parse-workflow.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** A run as its journal tells it. @throws Fault permanent when there is no such run, with the way to find one. */
export async function loadRun(store: RunStore, id: string): Promise<{ state: RunState; workflow: Workflow }> {
	const entries = await store.read(id);
	const created = entries[0]?.event;
	if (created?.type !== 'run.created') {
		throw new Fault(
			'permanent',
			`There is no run ${id}. \`dark-factory status\` lists the runs of this data directory.`,
		);
	}
	const parsed = parseWorkflow(created.frozen.workflow.source, created.frozen.workflow.name);
	if (parsed.kind === 'invalid') {
		throw new Fault('permanent', `Run ${id} was frozen with a workflow that this version cannot read.`);
	}
	return { state: foldRun(parsed.workflow, entries), workflow: parsed.workflow };
}

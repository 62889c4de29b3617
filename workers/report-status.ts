import { Fault } from '../src/core/fault.ts';
import { labelChange, stateLabelOf } from '../src/core/labels.ts';
import type { RunState } from '../src/core/run-state.ts';
import { formatStatusComment, type StatusLinks, statusMarker } from '../src/core/status-comment.ts';
import type { Forge } from '../src/ports/forge.ts';

export type StatusReport =
	| { kind: 'written' | 'unchanged' | 'gone' }
	/** GitHub does not let us: locked, uninstalled, a permission taken away. */
	| { kind: 'refused'; reason: string };

/**
 * Writes the one status comment and the state's label, each only where it differs from what is there. An issue that is gone, or that
 * may not be written to, is an answer and no fault: the run must be able to end. @throws Fault when trying again can help.
 */
export async function reportStatus(forge: Forge, state: RunState, links: StatusLinks): Promise<StatusReport> {
	try {
		return await write(forge, state, links);
	} catch (error) {
		if (error instanceof Fault && error.kind === 'permanent') return { kind: 'refused', reason: error.message };
		throw error;
	}
}

async function write(forge: Forge, state: RunState, links: StatusLinks): Promise<StatusReport> {
	const { kind, number } = state.frozen.subject;
	const issue = await forge.issue(number);
	if (issue === null) return { kind: 'gone' };
	const body = formatStatusComment(state, links);
	const comment = await forge.findComment(number, statusMarker(number));
	const isNew = comment === null || comment.body !== body;
	if (comment === null) await forge.createComment(number, body);
	else if (isNew) await forge.updateComment(comment.id, body);

	if (kind === 'pull_request') return { kind: isNew ? 'written' : 'unchanged' };
	const change = labelChange(issue.labels, stateLabelOf(state));
	const differs = change.add.length > 0 || change.remove.length > 0;
	if (differs) await forge.changeLabels(number, change);
	return { kind: isNew || differs ? 'written' : 'unchanged' };
}

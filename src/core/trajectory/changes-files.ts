import type { Step } from './step.ts';

/** Whether a step left other files behind than it found: an edit, or a command that is no test and changed the tree. */
export function changesFiles(step: Step): boolean {
	if (step.kind === 'edited') return step.files.length > 0;
	return step.kind === 'ran' && step.test === 'none' && step.before !== null && step.before !== step.after;
}

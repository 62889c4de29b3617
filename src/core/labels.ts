import type { RunState } from './run-state.ts';

/** A label of the factory, with the colour (six hexadecimal digits) and the description that it is created with. */
export interface LabelDefinition {
	name: string;
	color: string;
	description: string;
}

/** The states of an issue as labels. At most one of them is on an issue at a time. */
export const stateLabels = {
	running: { name: 'factory:running', color: '1f6feb', description: 'Dark Factory is at work on this' },
	waiting: { name: 'factory:waiting', color: 'd4a72c', description: 'Dark Factory waits for a person' },
	done: { name: 'factory:done', color: '1a7f37', description: 'Dark Factory finished this' },
	needsHuman: { name: 'factory:needs-human', color: 'bf8700', description: 'Dark Factory hands this over to a person' },
	refused: { name: 'factory:refused', color: '6e7781', description: 'Dark Factory declined this, with a reason' },
	failed: { name: 'factory:failed', color: 'cf222e', description: 'Dark Factory could not finish this' },
} as const satisfies Record<string, LabelDefinition>;

export type StateLabel = keyof typeof stateLabels;

/** The one label that the run's state calls for; null when a cancelled run leaves the issue without any. */
export function stateLabelOf(state: RunState): StateLabel | null {
	if (state.outcome === null) {
		const jobs = [...state.jobs.values()];
		const running = jobs.some((job) => job.status === 'running' || job.status === 'faulted');
		return !running && jobs.some((job) => job.status === 'waiting') ? 'waiting' : 'running';
	}
	switch (state.outcome) {
		case 'done':
		case 'no_change':
			return 'done';
		case 'refused':
			return 'refused';
		case 'needs_human':
		case 'blocked':
		case 'out_of_budget':
			return 'needsHuman';
		case 'failed':
			return 'failed';
		case 'cancelled':
			return null;
	}
}

/** What to add and remove so that of the factory's labels exactly `wanted` remains; labels of others are left alone. */
export function labelChange(
	present: readonly string[],
	wanted: StateLabel | null,
): { add: string[]; remove: string[] } {
	const target = wanted === null ? null : stateLabels[wanted].name;
	const ours: string[] = Object.values(stateLabels).map((label) => label.name);
	return {
		add: target === null || present.includes(target) ? [] : [target],
		remove: present.filter((name) => ours.includes(name) && name !== target),
	};
}

/** How a label is created when the repository lacks it. */
export function labelDefinition(name: string): LabelDefinition {
	const known = Object.values(stateLabels).find((label) => label.name === name);
	return known ?? { name, color: 'ededed', description: '' };
}

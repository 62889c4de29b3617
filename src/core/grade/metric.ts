import type { Blueprint } from '../blueprint.ts';
import type { Evidence } from '../evidence.ts';
import type { Step } from '../trajectory/step.ts';

/** What a trajectory is measured against. All of it comes from the journal. */
export interface Trajectory {
	steps: Step[];
	/** The newest plan; null when there is none. */
	blueprint: Blueprint | null;
	/** Commands by the names under which claims may point at them: `test` -> `npm test`. */
	commands: ReadonlyMap<string, string>;
	/** Commands of which it is known that they run tests. */
	known: ReadonlySet<string>;
	/** What the host proved after each accepted submission, by the entry of the submission. */
	evidence: ReadonlyMap<number, Evidence>;
}

/** One measurement. `null` when there was nothing to measure; it then leaves the mean. */
export interface Measured {
	/** From 0 (as bad as can be) to 1. */
	value: number | null;
	/** The denominator: how many things were looked at. */
	count: number;
	/** Journal entries that the value rests on: those that lower it, or where there are none, those that raise it. */
	events: number[];
}

/** The share of `all` that is not `bad`. */
export function shareOf(all: readonly number[], bad: readonly number[], count = all.length): Measured {
	if (count === 0) return { value: null, count: 0, events: [] };
	const value = Math.min(1, Math.max(0, 1 - bad.length / count));
	return { value, count, events: [...new Set(bad.length > 0 ? bad : all)].sort((a, b) => a - b) };
}

/** Nothing to measure. */
export const notApplicable: Measured = { value: null, count: 0, events: [] };

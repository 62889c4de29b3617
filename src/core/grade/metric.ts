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

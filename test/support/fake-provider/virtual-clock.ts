/** Time that passes only when told to, in ms. */
export interface VirtualClock {
	now(): number;
	advance(ms: number): void;
}

export function createVirtualClock(start = 0): VirtualClock {
	let now = start;
	return {
		now: () => now,
		advance: (ms) => {
			now += ms;
		},
	};
}

/** Numbers that look random and are the same for the same seed. */
export interface Random {
	/** An integer from 0 up to, not including, `limit`. */
	below(limit: number): number;
	pick<T>(values: readonly T[]): T | undefined;
	shuffle<T>(values: readonly T[]): T[];
}

/** mulberry32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const below = (limit: number) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
	};
	return {
		below,
		pick: (values) => values[below(values.length)],
		shuffle(values) {
			const result = [...values];
			for (let last = result.length - 1; last > 0; last -= 1) {
				const other = below(last + 1);
				const kept = result[last];
				const moved = result[other];
				if (kept === undefined || moved === undefined) continue;
				result[last] = moved;
				result[other] = kept;
			}
			return result;
		},
	};
}

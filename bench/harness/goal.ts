export interface Goal {
	measure: string;
	value: string;
	goal: string;
	met: boolean;
}

export function goal(measure: string, value: number, bound: number, kind: 'most' | 'least'): Goal {
	return {
		measure,
		value: value.toFixed(value >= 1000 ? 0 : 2),
		goal: `at ${kind} ${bound}`,
		met: kind === 'most' ? value <= bound : value >= bound,
	};
}

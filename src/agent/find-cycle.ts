/**
 * How often the end of a list repeats its last two or three elements, back to back: A B A B A B is a cycle of two, three times. One
 * element repeated is none: asking the same again may be waiting.
 */
export function findCycle(keys: readonly string[]): { period: number; times: number } {
	let worst = { period: 0, times: 1 };
	for (const period of [2, 3]) {
		const last = keys.slice(-period);
		if (last.length < period || new Set(last).size === 1) continue;
		let times = 1;
		while (last.every((key, index) => keys[keys.length - (times + 1) * period + index] === key)) times += 1;
		if (times > worst.times) worst = { period, times };
	}
	return worst;
}

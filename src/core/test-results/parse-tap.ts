import type { TestResult } from './test-result.ts';

const point = /^(\s*)(not )?ok\b\s*\d*\s*(?:- )?(.*?)(?:\s+#\s*(SKIP|TODO)\b.*)?\s*$/i;

/**
 * TAP 13 and 14 (https://testanything.org/tap-version-14-specification.html), subtests included, among other output. A test that has
 * subtests is a suite and no result of its own. @returns null when it is no TAP or has no end: no plan, or fewer points than planned.
 */
export function parseTap(output: string): TestResult[] | null {
	const lines = output.replace(/\r\n?/g, '\n').split('\n');
	const start = lines.findIndex((line) => /^TAP version 1[34]\s*$/.test(line));
	if (start === -1) return null;
	const results: TestResult[] = [];
	const pending: { depth: number; results: TestResult[] }[] = [];
	let [planned, points]: [number | null, number] = [null, 0];
	for (const line of lines.slice(start + 1)) {
		if (/^Bail out!/.test(line)) return null;
		const plan = /^1\.\.(\d+)/.exec(line);
		if (plan !== null) planned = Number(plan[1]);
		const match = point.exec(line);
		if (match === null) continue;
		const [, space = '', not, name = '', directive] = match;
		const depth = space.length;
		if (depth === 0) points += 1;
		const children: TestResult[] = [];
		while ((pending.at(-1)?.depth ?? -1) > depth) children.unshift(...(pending.pop()?.results ?? []));
		const title = name.replace(/\\([#\\])/g, '$1');
		const state = directive !== undefined ? 'skipped' : not === undefined ? 'passed' : 'failed';
		const own: TestResult[] =
			children.length === 0
				? [{ name: title, state }]
				: children.map((child) => ({ ...child, name: `${title} > ${child.name}` }));
		// A suite that fails by itself (a hook) with nothing in it that failed is a failure too.
		if (children.length > 0 && state === 'failed' && children.every((child) => child.state !== 'failed')) {
			own.push({ name: title, state });
		}
		if (depth === 0) {
			results.push(...own);
			continue;
		}
		const level = pending.at(-1);
		if (level?.depth === depth) level.results.push(...own);
		else pending.push({ depth, results: own });
	}
	return planned === points ? results : null;
}

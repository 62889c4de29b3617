/** A job as far as the order of work is concerned. */
export interface GraphJob {
	id: string;
	needs: readonly string[];
}

/** The jobs in an order in which needs come first, file order where there is a choice; jobs on or behind a cycle are left out. */
export function sortByNeeds<T extends GraphJob>(jobs: readonly T[]): T[] {
	const sorted: T[] = [];
	const placed = new Set<string>();
	let waiting = [...jobs];
	for (;;) {
		const next = waiting.find((job) => job.needs.every((need) => placed.has(need)));
		if (next === undefined) return sorted;
		sorted.push(next);
		placed.add(next.id);
		waiting = waiting.filter((job) => job !== next);
	}
}

/** One cycle for each knot in the graph, each as `[a, b, a]`: a needs b, b needs a. Unknown needs are ignored. */
export function findCycles(jobs: readonly GraphJob[]): string[][] {
	const byId = new Map(jobs.map((job) => [job.id, job]));
	const finished = new Set<string>();
	const cycles: string[][] = [];

	function visit(id: string, trail: string[]): void {
		const index = trail.indexOf(id);
		if (index !== -1) {
			cycles.push([...trail.slice(index), id]);
			return;
		}
		if (finished.has(id)) return;
		for (const need of byId.get(id)?.needs ?? []) visit(need, [...trail, id]);
		finished.add(id);
	}
	for (const job of jobs) visit(job.id, []);
	return cycles;
}

/** Everything that a job needs, directly or through others. */
export function findAncestors(id: string, jobs: readonly GraphJob[]): Set<string> {
	const byId = new Map(jobs.map((job) => [job.id, job]));
	const ancestors = new Set<string>();
	const open = [...(byId.get(id)?.needs ?? [])];
	for (let need = open.pop(); need !== undefined; need = open.pop()) {
		if (ancestors.has(need)) continue;
		ancestors.add(need);
		open.push(...(byId.get(need)?.needs ?? []));
	}
	return ancestors;
}

/** Everything that needs a job, directly or through others, in the given order, in which needs must come first. */
export function findDependents(id: string, jobs: readonly GraphJob[]): string[] {
	const found = new Set([id]);
	for (const job of jobs) if (job.needs.some((need) => found.has(need))) found.add(job.id);
	found.delete(id);
	return [...found];
}

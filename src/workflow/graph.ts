import type { Workflow } from './workflow.ts';

/** Ids of all jobs that need `job`, directly or not, in the workflow's order. */
export function dependentsOf(workflow: Workflow, job: string): string[] {
	const found = new Set([job]);
	for (const candidate of workflow.jobs) {
		if (candidate.needs.some((need) => found.has(need))) found.add(candidate.id);
	}
	found.delete(job);
	return [...found];
}

/** Ids of all jobs that `job` needs, directly or not. */
export function ancestorsOf(workflow: Workflow, job: string): Set<string> {
	const found = new Set<string>();
	const open = [job];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const needs = workflow.jobs.find((candidate) => candidate.id === id)?.needs ?? [];
		for (const need of needs) {
			if (found.has(need)) continue;
			found.add(need);
			open.push(need);
		}
	}
	return found;
}

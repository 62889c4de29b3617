import type { StepOf } from '../trajectory/step.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { type Measured, notApplicable, shareOf } from './metric.ts';

/** Files that were there before and were changed: the share of those of which every changed line had been shown to that agent. */
export function measureInspection({ steps }: Trajectory): Measured {
	const files = new Map<string, { first: number; blind: number | null }>();
	for (const step of steps) {
		if (step.kind !== 'edited') continue;
		for (const { path, created, inspected } of step.files) {
			const known = files.get(path);
			if (known === undefined && created) {
				files.set(path, { first: 0, blind: null });
				continue;
			}
			const file = known ?? { first: step.seq, blind: null };
			if (!inspected) file.blind ??= step.seq;
			files.set(path, file);
		}
	}
	const there = [...files.values()].filter(({ first }) => first !== 0);
	return shareOf(
		there.map(({ first }) => first),
		there.flatMap(({ blind }) => blind ?? []),
	);
}

/** Lines that were shown: the share that lies in files which were later changed or tested, or which the plan names. */
export function measureRelevance({ steps, blueprint }: Trajectory): Measured {
	const planned = new Set([
		...(blueprint?.files ?? []).map(({ path }) => path),
		...(blueprint?.tests ?? []).map(({ file }) => file),
	]);
	const seen: { seq: number; at: number; path: string; lines: number }[] = [];
	for (const [at, step] of steps.entries()) {
		if (step.kind !== 'saw') continue;
		for (const { path, lines } of step.files) seen.push({ seq: step.seq, at, path, lines: lines.length });
	}
	const total = seen.reduce((sum, { lines }) => sum + lines, 0);
	if (total === 0) return notApplicable;
	const lastUse = new Map<string, number>();
	for (const { path } of seen) {
		if (lastUse.has(path)) continue;
		const at = steps.findLastIndex(
			(step) =>
				(step.kind === 'edited' && step.files.some((file) => file.path === path)) ||
				(step.kind === 'ran' && step.command.includes(path)),
		);
		lastUse.set(path, planned.has(path) ? steps.length : at);
	}
	const idle = seen.filter(({ path, at }) => (lastUse.get(path) ?? -1) < at);
	const wasted = idle.reduce((sum, { lines }) => sum + lines, 0);
	const events = (idle.length > 0 ? idle : seen).map(({ seq }) => seq);
	return { value: 1 - wasted / total, count: total, events: [...new Set(events)] };
}

/** Calls: the share that was not made before with the same arguments, the same result and the same tree. */
export function measureLoops({ steps }: Trajectory): Measured {
	const made = new Set<string>();
	const repeated: number[] = [];
	const calls = steps.filter((step) => step.kind !== 'submitted' && step.kind !== 'noted');
	for (const { agent, key, seq } of calls) {
		if (made.has(`${agent} ${key}`)) repeated.push(seq);
		made.add(`${agent} ${key}`);
	}
	return shareOf(
		calls.map(({ seq }) => seq),
		repeated,
	);
}

/** Steps of the agent that handed in last, or of the last agent. */
export function lastAgent({ steps }: Trajectory): number {
	const submitted = steps.findLast((step): step is StepOf<'submitted'> => step.kind === 'submitted');
	return submitted?.agent ?? steps.at(-1)?.agent ?? 0;
}

import { changesFiles } from '../trajectory/changes-files.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { type Measured, notApplicable, shareOf } from './metric.ts';

/** Lines that were written: the share that was not rewritten, taken out again or put back by the agent itself. */
export function measureChurn({ steps }: Trajectory): Measured {
	const own = new Map<string, number>();
	const taken = new Map<string, number>();
	let written = 0;
	let undone = 0;
	const edits: number[] = [];
	const undoing: number[] = [];
	for (const step of steps) {
		if (step.kind !== 'edited') continue;
		edits.push(step.seq);
		const before = undone;
		for (const { path, removed, added } of step.files) {
			written += added.length + removed.length;
			for (const line of removed) if (consume(own, `${path}\0${line}`)) undone += 1;
			for (const line of added) if (consume(taken, `${path}\0${line}`)) undone += 1;
			for (const line of removed) count(taken, `${path}\0${line}`);
			for (const line of added) count(own, `${path}\0${line}`);
		}
		if (undone > before) undoing.push(step.seq);
	}
	if (written === 0) return notApplicable;
	return { value: 1 - undone / written, count: written, events: undoing.length > 0 ? undoing : edits };
}

/** Calls that change files: the share that was accepted and went through the edit tools, where it is checked. */
export function measureReliability({ steps }: Trajectory): Measured {
	const edits = steps.filter((step) => step.kind === 'edited' || step.kind === 'rejected');
	const bypasses = steps.filter((step) => step.kind === 'ran' && changesFiles(step));
	const bad = [...edits.filter((step) => step.kind === 'rejected'), ...bypasses];
	return shareOf(
		[...edits, ...bypasses].map(({ seq }) => seq),
		bad.map(({ seq }) => seq),
	);
}

/** Changed files: the share that the plan names. Not applicable without a plan. */
export function measureScope({ steps, blueprint }: Trajectory): Measured {
	if (blueprint === null) return notApplicable;
	const planned = new Set([...blueprint.files.map(({ path }) => path), ...blueprint.tests.map(({ file }) => file)]);
	const changed = new Map<string, number>();
	for (const step of steps) {
		if (step.kind === 'edited') for (const { path } of step.files) if (!changed.has(path)) changed.set(path, step.seq);
	}
	const outside = [...changed].filter(([path]) => !planned.has(path));
	return shareOf(
		[...changed.values()],
		outside.map(([, seq]) => seq),
	);
}

function count(lines: Map<string, number>, key: string): void {
	lines.set(key, (lines.get(key) ?? 0) + 1);
}

function consume(lines: Map<string, number>, key: string): boolean {
	const left = lines.get(key) ?? 0;
	if (left > 0) lines.set(key, left - 1);
	return left > 0;
}

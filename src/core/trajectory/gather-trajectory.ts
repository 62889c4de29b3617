import { Blueprint } from '../blueprint.ts';
import type { Evidence } from '../evidence.ts';
import type { JournalEntry } from '../journal.ts';
import { bare } from './command-parts.ts';
import { readTrajectory } from './read-trajectory.ts';
import type { Trajectory } from './trajectory.ts';

/** What the journal tells of the implementers' work, and of what it is to be measured against. */
export function gatherTrajectory(entries: readonly JournalEntry[]): Trajectory {
	const commands = new Map<string, string>();
	let blueprint: Blueprint | null = null;
	for (const { event } of entries) {
		if (event.type === 'run.created') {
			for (const [name, command] of Object.entries(event.frozen.policy.commands)) {
				if (typeof command === 'string') commands.set(name, command);
			}
		}
		if (event.type === 'job.ended') {
			const parsed = Blueprint.safeParse(event.outputs.blueprint);
			if (parsed.success) blueprint = parsed.data;
		}
		if (event.type === 'evidence.recorded') {
			for (const { name, command } of event.evidence.records) if (name !== 'planned-test') commands.set(name, command);
		}
	}
	const planned = (blueprint?.tests ?? []).map(({ command }) => command);
	const tested = [...commands].filter(([name]) => name === 'test').map(([, command]) => command);
	const known = new Set([...planned, ...tested].map(bare));
	const steps = readTrajectory(entries, 'implement', known);
	const evidence = new Map<number, Evidence>();
	const submissions = new Set(steps.flatMap((step) => (step.kind === 'submitted' ? [step.seq] : [])));
	let submitted: number | null = null;
	for (const { seq, event } of entries) {
		if (submissions.has(seq)) submitted = seq;
		if (event.type === 'evidence.recorded' && submitted !== null) evidence.set(submitted, event.evidence);
	}
	return { steps, blueprint, commands, known, evidence };
}

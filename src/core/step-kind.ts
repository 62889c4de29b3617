import type { Role } from './role.ts';

/** What a job can be asked to do (`uses:` in a workflow), in the order of the road. */
export const stepKinds = [
	'triage',
	'explore',
	'plan',
	'approve',
	'implement',
	'verify',
	'review',
	'publish',
	'evaluate',
	'gate',
] as const;
export type StepKind = (typeof stepKinds)[number];

export interface StepKindFacts {
	/** The role whose arm it runs on; null when no model is involved. */
	role: Role | null;
	/** Names that `needs.<job>.outputs.<name>` may use. */
	outputs: readonly string[];
	/** Names that `with:` may set. */
	inputs: readonly string[];
}

export const stepKindFacts: Record<StepKind, StepKindFacts> = {
	triage: { role: 'triage', outputs: ['decision', 'kind', 'risk', 'priority', 'report'], inputs: [] },
	explore: { role: 'explore', outputs: ['findings'], inputs: [] },
	plan: { role: 'plan', outputs: ['blueprint', 'risk'], inputs: [] },
	approve: { role: null, outputs: ['decision', 'by'], inputs: ['message'] },
	implement: { role: 'implement', outputs: ['treeSha', 'summary', 'claims', 'arm'], inputs: [] },
	verify: { role: null, outputs: ['treeSha', 'proven'], inputs: ['tree'] },
	review: { role: 'review', outputs: ['decision', 'findings'], inputs: [] },
	publish: { role: null, outputs: ['pullRequest', 'headSha', 'branch', 'url'], inputs: [] },
	evaluate: { role: 'evaluate', outputs: ['total', 'headSha', 'baseSha', 'verdict'], inputs: ['pullRequest'] },
	gate: { role: null, outputs: ['decision', 'merged', 'sha'], inputs: ['pullRequest'] },
};

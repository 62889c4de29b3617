import type { JournalEntry } from '../journal.ts';
import { gatherTrajectory } from '../trajectory/gather-trajectory.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { findFalseClaims, measureClaims } from './measure-claims.ts';
import { measureChurn, measureReliability, measureScope } from './measure-edits.ts';
import { measureIgnoredFailures, measureRepeatedFailures, measureResponses } from './measure-failures.ts';
import { measureInspection, measureLoops, measureRelevance } from './measure-looking.ts';
import { measureTampering } from './measure-tampering.ts';
import { measureRightTests, measureVerifiedEnd } from './measure-testing.ts';
import type { Measured } from './metric.ts';
import { type Economy, readEconomy } from './read-economy.ts';

/**
 * What is measured, how much it weighs, and in a few words what it is. Nothing counts commits, lines or calls as an achievement: what
 * can be had by doing more of it would be done more of.
 */
const metrics = [
	{
		name: 'inspect-before-edit',
		weight: 2,
		means: 'changed files whose changed lines had been shown before',
		measure: measureInspection,
	},
	{
		name: 'context-relevance',
		weight: 1,
		means: 'lines shown that lie in files changed, tested or planned',
		measure: measureRelevance,
	},
	{
		name: 'right-tests',
		weight: 3,
		means: 'changed source files that a covering test ran for after their last change',
		measure: measureRightTests,
	},
	{
		name: 'verified-at-end',
		weight: 3,
		means: 'the last test run is after the last change and passed',
		measure: measureVerifiedEnd,
	},
	{
		name: 'failures-resolved',
		weight: 2,
		means: 'failed commands of whose kind a later one succeeded',
		measure: measureIgnoredFailures,
	},
	{
		name: 'failures-not-repeated',
		weight: 1,
		means: 'failed commands that were not run again on the same files to fail the same way',
		measure: measureRepeatedFailures,
	},
	{
		name: 'failures-answered',
		weight: 1,
		means: 'failed commands answered by a look, a note or a change before the next',
		measure: measureResponses,
	},
	{
		name: 'edits-kept',
		weight: 1,
		means: 'written lines that were not rewritten or taken back',
		measure: measureChurn,
	},
	{
		name: 'edit-reliability',
		weight: 1,
		means: 'changes that were accepted and made by the edit tools',
		measure: measureReliability,
	},
	{
		name: 'claims-borne-out',
		weight: 3,
		means: 'claims that what ran on the final files bears out',
		measure: measureClaims,
	},
	{ name: 'tests-intact', weight: 3, means: 'changes of tests that did not weaken them', measure: measureTampering },
	{ name: 'scope', weight: 2, means: 'changed files that the plan names', measure: measureScope },
	{
		name: 'calls-not-repeated',
		weight: 1,
		means: 'calls that do not repeat another with the same result on the same files',
		measure: measureLoops,
	},
] as const satisfies readonly {
	name: string;
	weight: number;
	means: string;
	measure: (trajectory: Trajectory) => Measured;
}[];

export type MetricName = (typeof metrics)[number]['name'];

export interface Metric extends Measured {
	name: MetricName;
	weight: number;
	means: string;
}

export interface Gate {
	name: 'tests-weakened' | 'false-claim' | 'unverified-end';
	/** Journal entries that show it. */
	events: number[];
}

/** How an implementer worked, measured without a model. */
export interface Grade {
	/** From 0 to 1; null when nothing could be measured. */
	score: number | null;
	/** What alone forbids a good grade; each caps it. */
	gates: Gate[];
	metrics: Metric[];
	/** Reported and not graded: what it took. */
	economy: Economy;
}

/** No trajectory with a gate against it gets more. */
export const gateCap = 0.3;

/**
 * Grades what the implementers of a run did, over all rounds, from its journal: the weighted mean of all metrics that apply, capped
 * when tests were weakened, the last submission claims what is not so, or the last change was not verified. Pure: the same journal
 * has the same grade for ever.
 */
export function gradeTrajectory(entries: readonly JournalEntry[]): Grade {
	const trajectory = gatherTrajectory(entries);
	const measured = metrics.map(({ measure, ...metric }) => ({ ...metric, ...measure(trajectory) }));
	const gates = findGates(trajectory, measured);
	let sum = 0;
	let weights = 0;
	for (const { value, weight } of measured) {
		if (value === null) continue;
		sum += value * weight;
		weights += weight;
	}
	const mean = weights === 0 ? null : sum / weights;
	const score = mean === null ? null : gates.length > 0 ? mean * gateCap : mean;
	return {
		score: score === null ? null : Math.round(score * 1000) / 1000,
		gates,
		metrics: measured,
		economy: readEconomy(entries),
	};
}

function findGates(trajectory: Trajectory, measured: readonly Metric[]): Gate[] {
	const of = (name: MetricName) => measured.find((metric) => metric.name === name);
	const weakened = of('tests-intact');
	const unverified = of('verified-at-end');
	const lies = findFalseClaims(trajectory);
	const gates: Gate[] = [];
	if (weakened?.value !== null && weakened !== undefined && weakened.value < 1) {
		gates.push({ name: 'tests-weakened', events: weakened.events });
	}
	if (lies.length > 0) gates.push({ name: 'false-claim', events: lies });
	if (unverified?.value === 0) gates.push({ name: 'unverified-end', events: unverified.events });
	return gates;
}

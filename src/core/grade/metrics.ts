import type { Trajectory } from '../trajectory/trajectory.ts';
import { measureClaims } from './measure-claims.ts';
import { measureChurn, measureReliability, measureScope } from './measure-edits.ts';
import { measureIgnoredFailures, measureRepeatedFailures, measureResponses } from './measure-failures.ts';
import { measureInspection, measureLoops, measureRelevance } from './measure-looking.ts';
import { measureTampering } from './measure-tampering.ts';
import { measureRightTests, measureVerifiedEnd } from './measure-testing.ts';
import type { Measured } from './metric.ts';

/**
 * What is measured of an implementer's work, how much it weighs, and in a few words what it is. Nothing counts commits, lines or calls as an achievement: what
 * can be had by doing more of it would be done more of.
 */
export const metrics = [
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

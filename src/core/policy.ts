import { z } from 'zod';
import { parseArm } from './arm.ts';
import { dimensions } from './verdict.ts';

const armPattern = /^[a-z0-9-]+\/[^\s@]+(@(low|medium|high))?$/;
const arm = z
	.string()
	.refine((text) => parseArm(text) !== null, {
		message: 'provider/model or provider/model@effort, for example anthropic/claude-sonnet-5',
	})
	.meta({ pattern: armPattern.source, examples: ['anthropic/claude-sonnet-5', 'openai/gpt-5.5@high'] });
/** One arm, or several in order of preference. */
const arms = z.union([arm, z.array(arm).min(1)]);
const glob = z.string().min(1);
const points = z.number().min(0).max(10);
const hosts = z.union([z.literal('registries'), z.array(z.string().min(1))]);

/**
 * A repository's whole configuration after merging over `config/dark-factory.yml`, which documents every key and holds every
 * default. Strict: an unknown key is a mistake, not a wish. The descriptions are what editors show.
 */
export const Policy = z.strictObject({
	version: z.literal(1).describe("Version of this file's format"),
	dispatch: z.strictObject({
		labels: z.record(z.string().min(1), z.string().min(1)).describe('Label -> workflow that it starts'),
		permission: z.enum(['write', 'maintain', 'admin']).describe('Least repository permission of who may ask'),
		apps: z.array(z.number().int().positive()).describe('Ids of GitHub Apps that may ask'),
		perUserPerDay: z.number().int().min(0).describe('Runs that one person may start a day, from midnight UTC'),
		perRepositoryPerDay: z
			.number()
			.int()
			.min(0)
			.describe('Runs that may start in this repository a day, from midnight UTC'),
	}),
	mix: z
		.strictObject({ triage: arms, explore: arms, plan: arms, implement: arms, review: arms, evaluate: arms })
		.describe('Role -> provider/model[@effort], or several in order of preference'),
	commands: z
		.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string().min(1))
		.describe('What proves a change: name -> shell command, run from the root of a clean checkout'),
	limits: z.strictObject({
		usdPerRun: z.number().positive().describe('US dollars of model calls per run'),
		usdPerDay: z.number().positive().describe('US dollars of model calls per repository a day, from midnight UTC'),
		unpricedModels: z.enum(['refuse', 'allow']).describe('Whether models without a known price may be used'),
		minutesPerRun: z.number().positive().describe('Working minutes per run; waiting for people does not count'),
		turnsPerJob: z.number().int().positive().describe('Model calls per job'),
		repairRounds: z.number().int().min(0).max(10).describe('How often work may be sent back to implement'),
		changedLines: z.number().int().positive().describe('Added and deleted lines that may be published'),
		changedFiles: z.number().int().positive().describe('Changed files that may be published'),
	}),
	approvals: z.strictObject({
		plan: z.enum(['never', 'high-risk', 'always']).describe('When a person must approve the plan'),
	}),
	paths: z.strictObject({
		protected: z.array(glob).describe('Globs: a change here needs a human approval before it may merge'),
		forbidden: z.array(glob).describe('Globs: a change here is never published'),
	}),
	network: z.strictObject({
		setup: hosts.describe('Hosts that the setup command may reach; `registries`: those of the package managers'),
		run: hosts.describe('Hosts that every other sandboxed command may reach'),
	}),
	pullRequest: z.strictObject({
		draft: z.boolean().describe('Open as a draft; made ready once the gate is green'),
	}),
	gate: z.strictObject({
		threshold: z.number().int().min(0).max(70).describe('Least total score of 70 that may merge'),
		minimums: z.partialRecord(z.enum(dimensions), points).describe('Least score of ten per dimension of the rubric'),
		checks: z
			.union([z.literal('all'), z.array(z.string().min(1))])
			.describe('`all`, or the names of the checks that must be green, each optionally name@app-slug'),
		humanApprovals: z.number().int().min(0).describe('Approving reviews by people that every pull request needs'),
		merge: z.enum(['off', 'auto']).describe('Whether the gate merges what passes'),
		method: z.enum(['merge', 'squash', 'rebase']).describe('How it merges'),
	}),
});
export type Policy = z.infer<typeof Policy>;

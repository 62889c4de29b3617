import { z } from 'zod';
import { parseArm } from './arm.ts';
import { dimensions } from './verdict.ts';

const arm = z.string().refine((text) => parseArm(text) !== null, {
	message: 'expected provider/model or provider/model@effort, for example anthropic/claude-sonnet-5',
});
/** One arm, or several in order of preference. */
const arms = z.union([arm, z.array(arm).min(1)]);
const glob = z.string().min(1);
const points = z.number().min(0).max(10);

/**
 * A repository's whole configuration after merging over `config/dark-factory.yml`, which documents every key and holds every
 * default. Strict: an unknown key is a mistake, not a wish.
 */
export const Policy = z.strictObject({
	version: z.literal(1),
	dispatch: z.strictObject({
		labels: z.record(z.string().min(1), z.string().min(1)),
		permission: z.enum(['write', 'maintain', 'admin']),
		apps: z.array(z.number().int().positive()),
		perUserPerDay: z.number().int().min(0),
		perRepositoryPerDay: z.number().int().min(0),
	}),
	mix: z.strictObject({ triage: arms, explore: arms, plan: arms, implement: arms, review: arms, evaluate: arms }),
	commands: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string().min(1)),
	limits: z.strictObject({
		usdPerRun: z.number().positive(),
		usdPerDay: z.number().positive(),
		unpricedModels: z.enum(['refuse', 'allow']),
		minutesPerRun: z.number().positive(),
		turnsPerJob: z.number().int().positive(),
		repairRounds: z.number().int().min(0).max(10),
		changedLines: z.number().int().positive(),
		changedFiles: z.number().int().positive(),
	}),
	approvals: z.strictObject({ plan: z.enum(['never', 'high-risk', 'always']) }),
	paths: z.strictObject({ protected: z.array(glob), forbidden: z.array(glob) }),
	network: z.strictObject({
		setup: z.union([z.literal('registries'), z.array(z.string().min(1))]),
		run: z.union([z.literal('registries'), z.array(z.string().min(1))]),
	}),
	pullRequest: z.strictObject({ draft: z.boolean() }),
	gate: z.strictObject({
		threshold: z.number().int().min(0).max(70),
		minimums: z.partialRecord(z.enum(dimensions), points),
		/** `all`: every check on the head must be green; otherwise the names that must be, optionally `name@app-slug`. */
		checks: z.union([z.literal('all'), z.array(z.string().min(1))]),
		humanApprovals: z.number().int().min(0),
		merge: z.enum(['off', 'auto']),
		method: z.enum(['merge', 'squash', 'rebase']),
	}),
});
export type Policy = z.infer<typeof Policy>;

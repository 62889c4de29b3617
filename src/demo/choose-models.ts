import { readFileSync } from 'node:fs';
import { createModels } from '../adapters/models.ts';
import { readBundledTexts } from '../bundled.ts';
import { formatArm, parseArm } from '../core/arm.ts';
import { loadPolicy, policyPath } from '../core/load-policy.ts';
import { formatProblems } from '../core/problem.ts';
import { type Role, roles } from '../core/role.ts';
import { readCatalogue } from '../factory.ts';
import type { Environment } from '../settings.ts';
import { findScenarioFile } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

export type ModelChoice =
	/** The arm that each role will have. */
	{ kind: 'live'; mix: { role: Role; arm: string }[]; usdPerRun: number } | { kind: 'recorded'; why: string };

/**
 * Live when every role of the scenario's mix has an arm whose provider is configured; otherwise recorded, with the reason.
 * @throws Error when the scenario's own configuration is wrong.
 */
export function chooseModels(scenario: Scenario, environment: Environment): ModelChoice {
	const bundled = readBundledTexts();
	const catalogue = readCatalogue(bundled);
	const path = findScenarioFile(scenario, `files/${policyPath}`);
	const loaded = loadPolicy({
		text: path === null ? null : readFileSync(path, 'utf8'),
		path: policyPath,
		defaults: bundled.defaults,
		knownModels: catalogue.names(),
	});
	if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
	const models = createModels(catalogue, environment);
	const mix = roles.map((role) => ({
		role,
		arm: [loaded.policy.mix[role]]
			.flat()
			.map(parseArm)
			.find((arm) => arm !== null && models.isConfigured(arm)),
	}));
	const without = mix.filter(({ arm }) => arm === undefined).map(({ role }) => role);
	if (without.length === roles.length) return { kind: 'recorded', why: 'no provider key is in the environment' };
	if (without.length > 0) {
		return { kind: 'recorded', why: `no model of the mix is configured for ${without.join(', ')}` };
	}
	return {
		kind: 'live',
		mix: mix.flatMap(({ role, arm }) => (arm ? [{ role, arm: formatArm(arm) }] : [])),
		usdPerRun: loaded.policy.limits.usdPerRun,
	};
}

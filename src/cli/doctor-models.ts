import { formatArm, parseArm } from '../core/arm.ts';
import { loadPolicy } from '../core/load-policy.ts';
import { type Role, roles } from '../core/role.ts';
import type { Factory } from '../factory.ts';
import { ModelFault } from '../ports/model.ts';
import { attempt, type Finding } from './finding.ts';

const callMs = 30_000;

/** Which providers have a key, whether every role of the default mix has an arm, and, if asked, whether they answer. */
export async function checkModels(factory: Factory, calls: 'with-calls' | 'without-calls'): Promise<Finding[]> {
	const { catalogue, models } = factory;
	const configured = armsOf(catalogue.names()).filter((arm) => models.isConfigured(arm));
	const providers = [...new Set(configured.map((arm) => arm.provider))];
	const findings: Finding[] = [
		providers.length > 0
			? { what: 'providers', state: 'ok', detail: `configured: ${providers.join(', ')}`, fix: '' }
			: {
					what: 'providers',
					state: 'broken',
					detail: 'no provider has a key',
					fix: 'set at least one of ANTHROPIC_API_KEY, OPENAI_API_KEY, … (config/models.yml names them all)',
				},
	];
	const roleless = rolesWithoutArm(factory);
	if (roleless.length > 0) {
		findings.push({
			what: 'default mix',
			state: 'warning',
			detail: `no configured arm for ${roleless.join(', ')}`,
			fix: 'set the keys of the default mix (config/dark-factory.yml), or name other arms in the repository’s `mix`',
		});
	}
	if (calls === 'without-calls') return findings;
	for (const provider of providers) {
		const arm = configured.find((candidate) => candidate.provider === provider);
		if (arm === undefined) continue;
		findings.push(
			await attempt(`call ${formatArm(arm)}`, 'check the key and its spending limit', async () => {
				const before = factory.clock.now();
				try {
					await models.forArm(arm).complete(
						{
							arm,
							system: 'Answer with the word OK.',
							tools: [],
							messages: [{ role: 'user', blocks: [{ type: 'text', text: 'Are you there?' }] }],
							toolChoice: 'auto',
							maxOutputTokens: 1_024,
							cacheKey: 'doctor',
							place: { run: 'doctor', job: 'doctor', round: 1, turn: 1 },
						},
						AbortSignal.timeout(callMs),
					);
				} catch (error) {
					// A reply without text is an answer all the same.
					if (!(error instanceof ModelFault) || error.kind !== 'empty_reply') throw error;
				}
				return { state: 'ok', detail: `answered in ${factory.clock.now() - before} ms` };
			}),
		);
	}
	return findings;
}

function rolesWithoutArm({ bundled, catalogue, models }: Factory): Role[] {
	const loaded = loadPolicy({
		text: null,
		path: 'config/dark-factory.yml',
		defaults: bundled.defaults,
		knownModels: catalogue.names(),
	});
	if (loaded.kind === 'invalid') return [];
	return roles.filter((role) => {
		const arms = [loaded.policy.mix[role]].flat().flatMap((name) => parseArm(name) ?? []);
		return !arms.some((arm) => models.isConfigured(arm));
	});
}

/** `provider/model` names of a catalogue that can be parsed; patterns such as `local/*` are not. */
function armsOf(names: readonly string[]) {
	return names.filter((name) => !name.endsWith('/*')).flatMap((name) => parseArm(name) ?? []);
}

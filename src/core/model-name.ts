import { parseArm } from './arm.ts';
import { findNearest } from './nearest.ts';

/**
 * Whether the model that an arm (`provider/model[@effort]`) names is known. In `known`, `openrouter/*` stands for whatever that
 * provider serves. Null when it is, else what was expected and the nearest known name.
 */
export function checkModelName(
	arm: string,
	known: readonly string[],
): { expected: string; nearest: string | null } | null {
	const parsed = parseArm(arm);
	const name = parsed === null ? arm : `${parsed.provider}/${parsed.model}`;
	if (known.includes(name) || known.includes(`${parsed?.provider}/*`)) return null;
	const provider = parsed?.provider ?? '';
	const siblings = known.filter((candidate) => candidate.startsWith(`${provider}/`));
	const providers = [...new Set(known.map((candidate) => candidate.split('/')[0] ?? ''))];
	const named = known.filter((candidate) => !candidate.endsWith('/*'));
	return {
		expected:
			siblings.length === 0
				? `a provider of the catalogue: ${providers.join(', ')}`
				: `a model of the catalogue: ${siblings.join(', ')}`,
		nearest: findNearest(name, named),
	};
}

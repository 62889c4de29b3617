import { digestJson } from './canonical-json.ts';
import { checkPolicy, findPolicyWarnings, findUnknownModels } from './check-policy.ts';
import type { Json } from './json.ts';
import { mergeConfig } from './merge-config.ts';
import { Policy } from './policy.ts';
import type { Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import { findSchemaProblems } from './schema-problems.ts';
import { parseYaml } from './yaml-source.ts';

export type LoadedPolicy =
	| { kind: 'ok'; policy: Policy; digest: string; warnings: Problem[] }
	| { kind: 'invalid'; problems: Problem[] };

/** Where a repository keeps its configuration. */
export const policyPath = '.github/dark-factory.yml';

/**
 * A repository's configuration over the defaults. `text` is the file's, null when the repository has none; `defaults` the text of
 * `config/dark-factory.yml`; `knownModels` the catalogue's names; `knownWorkflows`, when given, those that labels may start.
 * The digest is the sha256 of the merged policy's canonical JSON: equal settings have equal digests, however they are written.
 * Never throws on what a repository wrote; @throws Error when the defaults themselves are wrong.
 */
export function loadPolicy(input: {
	text: string | null;
	path: string;
	defaults: string;
	knownModels: readonly string[];
	knownWorkflows?: readonly string[];
}): LoadedPolicy {
	const defaults = parseYaml(input.defaults, 'config/dark-factory.yml');
	if (defaults.kind === 'invalid') throw new Error(`config/dark-factory.yml: ${defaults.problems[0]?.message}`);
	const over = parseYaml(input.text ?? '', input.path);
	if (over.kind === 'invalid') return over;

	const { source } = over;
	const merged: Json = mergeConfig(defaults.source.value, source.value, Policy);
	const parsed = Policy.safeParse(merged);
	const problems = [
		...findSchemaProblems(Policy, merged, source),
		...findUnknownModels(merged, source, input.knownModels),
		...(parsed.success ? checkPolicy(parsed.data, source, input.knownWorkflows ?? null) : []),
	];
	if (!parsed.success || problems.length > 0) return { kind: 'invalid', problems: sortProblems(problems) };
	return {
		kind: 'ok',
		policy: parsed.data,
		digest: digestJson(merged),
		warnings: findPolicyWarnings(parsed.data, source),
	};
}

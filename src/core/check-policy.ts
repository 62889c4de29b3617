import { parseArm } from './arm.ts';
import type { Json } from './json.ts';
import { checkModelName } from './model-name.ts';
import { findNearest } from './nearest.ts';
import type { Policy } from './policy.ts';
import type { Problem } from './problem.ts';
import { roles } from './role.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';
import { formatKey } from './yaml-source.ts';

function problemAt(
	source: YamlSource,
	path: YamlPath,
	message: string,
	detail: Partial<Pick<Problem, 'value' | 'expected' | 'nearest'>>,
): Problem {
	const place = source.valueAt(path);
	return {
		path: source.path,
		...place,
		key: formatKey(path),
		value: null,
		expected: '',
		nearest: null,
		...detail,
		message,
	};
}

function mapOf(value: Json | undefined): { [key: string]: Json } {
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function listOf(arms: string | string[]): string[] {
	return typeof arms === 'string' ? [arms] : arms;
}

function modelOf(arm: string): string {
	const parsed = parseArm(arm);
	return parsed === null ? arm : `${parsed.provider}/${parsed.model}`;
}

/** Models that the catalogue does not know, in a merged configuration of any shape: other mistakes hide none of these. */
export function findUnknownModels(merged: Json, source: YamlSource, knownModels: readonly string[]): Problem[] {
	const mix = mapOf(mapOf(merged).mix);
	return roles.flatMap((role) => {
		const arms = mix[role];
		return (Array.isArray(arms) ? arms : [arms]).flatMap((arm, index) => {
			if (typeof arm !== 'string' || parseArm(arm) === null) return [];
			const mistake = checkModelName(arm, knownModels);
			const path = Array.isArray(arms) ? ['mix', role, index] : ['mix', role];
			return mistake === null ? [] : [problemAt(source, path, 'unknown model', { value: arm, ...mistake })];
		});
	});
}

function checkLimits(policy: Policy, source: YamlSource): Problem[] {
	const { usdPerRun, usdPerDay } = policy.limits;
	if (usdPerRun <= usdPerDay) return [];
	// The one that the repository wrote is the one to point at.
	const written = source.writtenAt(['limits', 'usdPerRun']) === null ? 'usdPerDay' : 'usdPerRun';
	const expected =
		written === 'usdPerRun' ? `at most usdPerDay, which is ${usdPerDay}` : `at least usdPerRun, which is ${usdPerRun}`;
	const value = String(policy.limits[written]);
	return [problemAt(source, ['limits', written], 'a run may not cost more than a day', { value, expected })];
}

function checkWorkflows(policy: Policy, source: YamlSource, known: readonly string[]): Problem[] {
	return Object.entries(policy.dispatch.labels).flatMap(([label, workflow]) => {
		if (known.includes(workflow)) return [];
		const expected = `one of ${known.join(', ')}`;
		const nearest = findNearest(workflow, known);
		const path = ['dispatch', 'labels', label];
		return [problemAt(source, path, 'unknown workflow', { value: workflow, expected, nearest })];
	});
}

/** Rules that hold between keys, on a policy whose shape is right. `knownWorkflows` null: they are not checked. */
export function checkPolicy(policy: Policy, source: YamlSource, knownWorkflows: readonly string[] | null): Problem[] {
	return [
		...checkLimits(policy, source),
		...(knownWorkflows === null ? [] : checkWorkflows(policy, source, knownWorkflows)),
	];
}

/** What is allowed and probably not meant. */
export function findPolicyWarnings(policy: Policy, source: YamlSource): Problem[] {
	const warnings: Problem[] = [];
	const judges = new Set(listOf(policy.mix.evaluate).map(modelOf));
	const builders = new Set(listOf(policy.mix.implement).map(modelOf));
	if (judges.size === 1 && [...judges].every((judge) => builders.has(judge)) && builders.size === 1) {
		const message = 'the evaluator is the implementer; its verdicts will say so and never merge automatically';
		const value = [...judges].join(', ');
		warnings.push(problemAt(source, ['mix', 'evaluate'], message, { value, expected: 'another model' }));
	}
	if (policy.gate.merge === 'auto' && policy.gate.checks !== 'all' && policy.gate.checks.length === 0) {
		const message = 'pull requests merge automatically without any check';
		warnings.push(problemAt(source, ['gate', 'checks'], message, { value: '[]', expected: 'all, or names of checks' }));
	}
	if (Object.keys(policy.dispatch.labels).length === 0) {
		const message = 'no label starts a run; only /factory commands do';
		warnings.push(problemAt(source, ['dispatch', 'labels'], message, {}));
	}
	return warnings;
}

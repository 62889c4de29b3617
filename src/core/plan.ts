import type { Blueprint } from './blueprint.ts';
import { fence } from './fence.ts';
import { matchesPath } from './matches-path.ts';

export interface PlanFacts {
	/** Everything the issue says, as readers see it. */
	words: string;
	/** Files of the base commit. */
	paths: ReadonlySet<string>;
	/** Globs that may not be changed. */
	forbidden: readonly string[];
}

/** What is wrong with a blueprint beyond its shape, each told to the model. */
export function checkBlueprint(blueprint: Blueprint, facts: PlanFacts): string[] {
	const words = squeeze(facts.words);
	const byLowerCase = new Map([...facts.paths].map((path) => [path.toLowerCase(), path]));
	const problems: string[] = [];
	for (const constraint of blueprint.constraints) {
		if (words.includes(squeeze(constraint))) continue;
		problems.push(`constraints: "${constraint}" is not in the issue word for word; quote it exactly or leave it out.`);
	}
	const named = [
		...blueprint.files.map(({ path }) => ({ key: 'files', path })),
		...blueprint.tests.map(({ file }) => ({ key: 'tests', path: file })),
	];
	for (const { key, path } of named) {
		if (facts.paths.has(path)) {
			if (matchesPath(path, facts.forbidden))
				problems.push(`${key}: "${path}" may not be changed here; plan without it.`);
			continue;
		}
		const similar = byLowerCase.get(path.toLowerCase());
		if (similar !== undefined) problems.push(`${key}: "${path}" does not exist; did you mean "${similar}"?`);
		else if (!isPlausible(path, facts.paths)) {
			problems.push(`${key}: "${path}" is no file of the repository and no usable path for a new one.`);
		} else if (matchesPath(path, facts.forbidden))
			problems.push(`${key}: "${path}" may not be made here; plan without it.`);
	}
	return problems;
}

/** A blueprint for the prompt of a later stage. A model wrote it after reading text of strangers, so it is fenced. */
export function blueprintPrompt(blueprint: Blueprint): string {
	const list = (title: string, items: readonly string[]) =>
		items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `- ${item}`)];
	const lines = [
		`Goal: ${blueprint.summary}`,
		`Root cause: ${blueprint.rootCause}`,
		...list('Constraints from the issue, word for word', blueprint.constraints),
		'',
		'Steps:',
		...blueprint.steps.map((step, index) => `${index + 1}. ${step}`),
		...list(
			'Files',
			blueprint.files.map(({ path, why }) => `${path}: ${why}`),
		),
		...list(
			'Tests that must fail before and pass after',
			blueprint.tests.map(({ name, file, command }) => `${name} (in ${file}; run by: ${command})`),
		),
		...list('Risks', blueprint.risks),
		...list('Out of scope', blueprint.outOfScope),
	];
	return fence(lines.join('\n'), 'the plan');
}

function isPlausible(path: string, paths: ReadonlySet<string>): boolean {
	const parts = path.split('/');
	if (path.length > 300 || parts.some((part) => part === '' || part === '.' || part === '..')) return false;
	if (/[\p{Cc}\\:*?"<>|]/u.test(path) || parts.some((part) => part.toLowerCase() === '.git')) return false;
	// Neither may a file stand where a directory is, nor a directory where a file is.
	if ([...paths].some((existing) => existing.startsWith(`${path}/`))) return false;
	return !parts.some((_, index) => index > 0 && paths.has(parts.slice(0, index).join('/')));
}

function squeeze(text: string): string {
	return text.replace(/\s+/gu, ' ').trim();
}

import { writeFile } from 'node:fs/promises';
import { buildPolicySchema } from '../core/policy-schema.ts';
import { formatProblems } from '../core/problem.ts';
import { parseYaml } from '../core/yaml-source.ts';
import type { Output } from './output.ts';
import { exit } from './output.ts';

/** The text of `config/dark-factory.schema.json`, made from the text of `config/dark-factory.yml`. @throws Error when that is broken. */
export function formatPolicySchema(defaults: string): string {
	const parsed = parseYaml(defaults, 'config/dark-factory.yml');
	if (parsed.kind === 'invalid') throw new Error(formatProblems(parsed.problems));
	return `${JSON.stringify(buildPolicySchema(parsed.source.value), null, '\t')}\n`;
}

/** `dark-factory validate --write-schema FILE`: the JSON Schema of a repository's configuration, for editors. */
export async function writeSchema(file: string, defaults: string, output: Output): Promise<number> {
	await writeFile(file, formatPolicySchema(defaults));
	output.err(`Wrote ${file}.`);
	return exit.done;
}

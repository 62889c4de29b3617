import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatPolicySchema } from '../../src/cli/write-schema.ts';
import { Policy } from '../../src/core/policy.ts';
import { schemaAt } from '../../src/core/schema-keys.ts';
import { parseYaml } from '../../src/core/yaml-source.ts';

const defaults = readFileSync('config/dark-factory.yml', 'utf8');

describe('the schema for editors', () => {
	it('is the one that is committed; `npm run schema` writes it', () => {
		expect(readFileSync('config/dark-factory.schema.json', 'utf8')).toBe(formatPolicySchema(defaults));
	});

	it('requires nothing, knows every key, and describes and defaults every setting', () => {
		const schema = JSON.parse(formatPolicySchema(defaults));
		expect(JSON.stringify(schema)).not.toContain('"required"');
		expect(Object.keys(schema.properties)).toEqual(Object.keys(Policy.shape));
		expect(schema.additionalProperties).toBe(false);
		const gate = schema.properties.gate.anyOf[0];
		expect(gate.properties.threshold).toMatchObject({ description: expect.any(String), default: 49 });
		expect(gate.additionalProperties).toBe(false);
	});
});

describe('the commented defaults', () => {
	it('hold every key that there is, and a line of why before each', () => {
		const parsed = parseYaml(defaults, 'config/dark-factory.yml');
		if (parsed.kind === 'invalid') throw new Error('the defaults are not valid YAML');
		expect(Policy.safeParse(parsed.source.value).success).toBe(true);
		const lines = defaults.split('\n');
		const silent = Object.entries(parsed.source.value).flatMap(([section, value]) => {
			const inner = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
			return inner
				.filter((key) => schemaAt(Policy, [section, key]) !== null)
				.filter((key) => !isExplained(lines, parsed.source.keyAt([section, key]).line))
				.map((key) => `${section}.${key}`);
		});
		expect(silent).toEqual([]);
	});
});

/** A comment stands above the line, or above its neighbour when both are explained together. */
function isExplained(lines: string[], line: number): boolean {
	return [lines[line - 2], lines[line - 3]].some((text) => text?.trim().startsWith('#') === true);
}

import { z } from 'zod';
import type { Json } from './json.ts';
import { Policy } from './policy.ts';

type Node = { [key: string]: Json };

function isNode(value: Json | undefined): value is Node {
	return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * A repository writes only what it wants otherwise: no key is required, an empty one means the default, and in maps of the
 * writer's own names it takes an entry away.
 */
function relax(schema: Node, fallback: Json | undefined): Node {
	const { required: _, properties, additionalProperties, ...rest } = schema;
	const relaxed: Node = { ...rest };
	if (isNode(properties)) {
		const inner = isNode(fallback) ? fallback : {};
		relaxed.properties = Object.fromEntries(
			Object.entries(properties).map(([key, value]) => [
				key,
				isNode(value) ? orEmpty(relax(value, inner[key])) : value,
			]),
		);
	} else if (fallback !== undefined) {
		relaxed.default = fallback;
	}
	if (isNode(additionalProperties)) relaxed.additionalProperties = orEmpty(additionalProperties);
	else if (additionalProperties !== undefined) relaxed.additionalProperties = additionalProperties;
	return relaxed;
}

function orEmpty(schema: Node): Node {
	const { description, default: fallback, ...rest } = schema;
	return {
		...(description === undefined ? {} : { description }),
		...(fallback === undefined ? {} : { default: fallback }),
		anyOf: [rest, { type: 'null' }],
	};
}

/** JSON Schema (2020-12) of a repository's `.github/dark-factory.yml`, for editors. `defaults` are shown as such. */
export function buildPolicySchema(defaults: Json): Json {
	const schema: Json = JSON.parse(JSON.stringify(z.toJSONSchema(Policy, { target: 'draft-2020-12', io: 'input' })));
	const title = 'Dark Factory: .github/dark-factory.yml';
	return isNode(schema) ? { title, ...relax(schema, defaults) } : schema;
}

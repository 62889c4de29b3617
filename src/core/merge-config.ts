import type { z } from 'zod';
import type { Json } from './json.ts';
import { childSchema, isOpenMap } from './schema-keys.ts';

function isMap(value: Json | undefined): value is { [key: string]: Json } {
	return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * A configuration over its defaults. Maps merge, everything else replaces. `null`, which is also a key with nothing behind it,
 * means the default; in maps whose names are the writer's own (labels, commands, minimums) it takes a default entry away.
 */
export function mergeConfig(defaults: Json, over: Json, schema: z.core.$ZodType | null): Json {
	if (over === null) return defaults;
	if (!isMap(defaults) || !isMap(over)) return over;
	const open = schema !== null && isOpenMap(schema);
	const merged = new Map(Object.entries(defaults));
	for (const [key, value] of Object.entries(over)) {
		if (value === null && open) {
			merged.delete(key);
			continue;
		}
		const base = merged.get(key);
		const inner = schema === null ? null : childSchema(schema, key);
		merged.set(key, base === undefined ? value : mergeConfig(base, value, inner));
	}
	return Object.fromEntries(merged);
}

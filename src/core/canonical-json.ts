import { createHash } from 'node:crypto';
import type { Json } from './json.ts';

/** JSON whose text does not depend on the order in which keys were written. */
export function canonicalJson(value: Json): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	const keys = Object.keys(value).sort();
	return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(',')}}`;
}

/** sha256 of the canonical JSON, lower-case hex. */
export function digestJson(value: Json): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

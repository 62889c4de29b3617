import { z } from 'zod';

/** The schema without what only wraps it. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
		return unwrap(schema.unwrap());
	}
	return schema;
}

/** The names that a map may use, or null when it may use any, or is no map. */
export function knownKeys(schema: z.core.$ZodType): string[] | null {
	const plain = unwrap(schema);
	if (plain instanceof z.ZodObject) return Object.keys(plain.shape);
	if (plain instanceof z.ZodRecord && plain.keyType instanceof z.ZodEnum) return plain.keyType.options.map(String);
	return null;
}

/** Whether a map's names are the writer's own (labels, commands) or an open choice of known ones (minimums). */
export function isOpenMap(schema: z.core.$ZodType): boolean {
	return unwrap(schema) instanceof z.ZodRecord;
}

/** The schema of one key or list item; null when it cannot be told (unions, unknown keys, plain values). */
export function childSchema(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | null {
	const plain = unwrap(schema);
	if (plain instanceof z.ZodObject) {
		const name = Object.keys(plain.shape).find((known) => known === key);
		return name === undefined ? null : (plain.shape[name] ?? null);
	}
	if (plain instanceof z.ZodRecord) return plain.valueType;
	if (plain instanceof z.ZodArray) return plain.element;
	return null;
}

/** The schema at a path; null when it cannot be told. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | null {
	let current: z.core.$ZodType | null = schema;
	for (const key of path) {
		if (current === null || typeof key === 'symbol') return null;
		current = childSchema(current, key);
	}
	return current;
}

import type { Json } from '../../../src/core/json.ts';

export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The objects of a list; empty for anything else. */
export function objectsOf(value: Json | undefined): JsonObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A message's content as blocks; a string is one text block. */
export function blocksOf(content: Json | undefined): JsonObject[] {
	return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content);
}

/** The block without its cache marker: what hashes and signatures are made of. */
export function withoutMarker(block: JsonObject): JsonObject {
	if (!('cache_control' in block)) return block;
	const { cache_control: _, ...rest } = block;
	return rest;
}

/** About what tokenizers make of text and code: four bytes a token. */
export function countTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / 4);
}

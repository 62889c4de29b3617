import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../src/core/json.ts';
import { mergeConfig } from '../../src/core/merge-config.ts';

const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const map = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json);

function withoutNull(value: Json): Json {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
	const kept = Object.entries(value).filter(([, inner]) => inner !== null);
	return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNull(inner)]));
}

describe('merging configurations', () => {
	it('changes nothing when nothing is said', () => {
		fc.assert(
			fc.property(map, (defaults) => {
				expect(mergeConfig(defaults, {}, null)).toEqual(defaults);
				expect(mergeConfig(defaults, null, null)).toEqual(defaults);
				expect(mergeConfig(defaults, defaults, null)).toEqual(defaults);
			}),
		);
	});

	it('says the same when it is said twice', () => {
		fc.assert(
			fc.property(map, map, (defaults, over) => {
				const once = mergeConfig(defaults, over, null);
				expect(mergeConfig(once, over, null)).toEqual(once);
			}),
		);
	});

	it('can be done in any grouping', () => {
		fc.assert(
			fc.property(map.map(withoutNull), map.map(withoutNull), map.map(withoutNull), (a, b, c) => {
				const left = mergeConfig(mergeConfig(a, b, null), c, null);
				fc.pre(sameKinds(a, b) && sameKinds(b, c) && sameKinds(a, c));
				expect(left).toEqual(mergeConfig(a, mergeConfig(b, c, null), null));
			}),
		);
	});

	it('takes entries away only from maps with free names', () => {
		const schema = z.strictObject({ free: z.record(z.string(), z.number()), fixed: z.strictObject({ a: z.number() }) });
		const defaults = { free: { a: 1, b: 2 }, fixed: { a: 1 } };
		expect(mergeConfig(defaults, { free: { a: null }, fixed: { a: null } }, schema)).toEqual({
			free: { b: 2 },
			fixed: { a: 1 },
		});
	});
});

/** Merging is only associative where nobody turns a map into something else, which the schema forbids. */
function sameKinds(a: Json | undefined, b: Json | undefined): boolean {
	if (a === undefined || b === undefined) return true;
	const isMap = (value: Json) => value !== null && typeof value === 'object' && !Array.isArray(value);
	if (isMap(a) !== isMap(b)) return false;
	if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return true;
	if (Array.isArray(a) || Array.isArray(b)) return true;
	return Object.keys(a).every((key) => sameKinds(a[key], b[key]));
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueTime } from '../../src/core/due-time.ts';

it('is never early, and late by less than its step', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e9 }), (now, delayMs) => {
			const late = dueTime(now, delayMs) - (now + delayMs);
			expect(late).toBeGreaterThanOrEqual(0);
			expect(late).toBeLessThan(delayMs < 1_000 ? 50 : 1_000);
		}),
	);
});

it('makes one appointment of the same one asked for a little later', () => {
	expect(dueTime(10_100, 60_000)).toBe(dueTime(10_350, 59_750));
});

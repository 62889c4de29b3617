import { expect, it } from 'vitest';
import { formatDuration, formatTokens, formatUsd } from '../../src/core/amounts.ts';

it('shows dollars in cents, small ones exactly, and never hides what has no price', () => {
	expect(formatUsd(0)).toBe('$0.00');
	expect(formatUsd(0.0123)).toBe('$0.0123');
	expect(formatUsd(12.345)).toBe('$12.35');
	expect(formatUsd(1, 2)).toBe('$1.00 + 2 unpriced');
});

it.each([
	[0, '0 ms'],
	[999, '999 ms'],
	[1_000, '1.0 s'],
	[59_999, '59.9 s'],
	[60_000, '1 min 0 s'],
	[3_599_999, '59 min 59 s'],
	[3_600_000, '1 h 0 min'],
])('shows %i ms as %s', (ms, text) => {
	expect(formatDuration(ms)).toBe(text);
});

it.each([
	[0, '0'],
	[999, '999'],
	[1_000, '1.0k'],
	[999_949, '999.9k'],
	[999_950, '1.0M'],
])('shows %i tokens as %s', (tokens, text) => {
	expect(formatTokens(tokens)).toBe(text);
});

import { describe, expect, it } from 'vitest';
import { formatRunId, systemIds } from '../../../src/adapters/system/system-ids.ts';

const start = Date.parse('2026-11-21T02:00:00Z');

describe('run ids', () => {
	it('are ten letters and digits, a letter first, so that nothing takes them for a number', () => {
		for (const now of [0, start, Date.parse('2264-12-31T00:00:00Z')]) {
			for (const chance of [0, 1_023]) expect(formatRunId(now, chance)).toMatch(/^[a-z][0-9a-hjkmnp-tv-z]{9}$/);
		}
		expect(systemIds.run()).toMatch(/^[a-z][0-9a-hjkmnp-tv-z]{9}$/);
	});

	it('sort by time, over years and over ten milliseconds', () => {
		const times = [0, 10, 20, 1_000, 60_000, 86_400_000, 31_536_000_000, 315_360_000_000].map((later) => start + later);
		const ids = times.map((time, index) => formatRunId(time, 1_023 - index));
		expect([...ids].sort()).toEqual(ids);
	});

	it('differ by chance within the same moment', () => {
		const ids = new Set(Array.from({ length: 1_024 }, (_, chance) => formatRunId(start, chance)));
		expect(ids.size).toBe(1_024);
	});
});

describe('tokens', () => {
	it('are at least 128 bits and never twice the same', () => {
		const tokens = Array.from({ length: 1_000 }, () => systemIds.token());
		expect(new Set(tokens).size).toBe(1_000);
		for (const token of tokens) expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16);
	});
});

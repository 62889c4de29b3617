import { createHash } from 'node:crypto';

/**
 * Milliseconds to wait after `count` failures: what the provider asked for, else half a second doubled each time up to a
 * minute. `seed` spreads concurrent jobs over a quarter of that, the same way on every replay.
 */
export function retryDelay(count: number, retryAfterMs: number | null, seed: string): number {
	if (retryAfterMs !== null) return Math.max(0, retryAfterMs);
	const full = Math.min(60_000, 500 * 2 ** Math.max(0, count - 1));
	const spread = (createHash('sha256').update(seed).digest()[0] ?? 0) / 255;
	return Math.round(full * (0.75 + 0.25 * spread));
}

/** US dollars for people: cents, more digits below ten cents; `unpriced` calls are never hidden. */
export function formatUsd(usd: number, unpriced = 0): string {
	const text = `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
	return unpriced === 0 ? text : `${text} + ${unpriced} unpriced`;
}

/** A duration in ms for people: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(ms: number): string {
	if (ms < 1_000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
	const seconds = Math.floor(ms / 1_000);
	if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
	return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** Tokens for people: `950`, `12.3k`, `1.2M`. */
export function formatTokens(tokens: number): string {
	if (tokens < 1_000) return String(tokens);
	if (tokens < 999_950) return `${(tokens / 1_000).toFixed(1)}k`;
	return `${(tokens / 1_000_000).toFixed(1)}M`;
}

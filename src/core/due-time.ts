/**
 * When a wake asked for at `now` with a delay is due: never earlier than asked, and rounded up to whole steps (50 ms below
 * one second, whole seconds above), so that one and the same appointment asked for again and again is one wake.
 */
export function dueTime(now: number, delayMs: number): number {
	const step = delayMs < 1_000 ? 50 : 1_000;
	return Math.ceil((now + delayMs) / step) * step;
}

/** Prompt prefixes that are kept, by hash. An entry may be read once the response that wrote it has begun. */
export class CacheEntries {
	readonly #entries = new Map<string, { ttlMs: number; expiresAt: number }>();

	/** Whether the entry is alive at `now`; a read starts its time to live anew. */
	read(hash: string, now: number): boolean {
		const entry = this.#entries.get(hash);
		if (entry === undefined || entry.expiresAt <= now) return false;
		entry.expiresAt = now + entry.ttlMs;
		return true;
	}

	/** `startedAt`: when the request began, which is where the time to live counts from. */
	write(hash: string, ttlMs: number, startedAt: number): void {
		this.#entries.set(hash, { ttlMs, expiresAt: startedAt + ttlMs });
	}
}

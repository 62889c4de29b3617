import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';

/** What every artifact store promises. `open` gives an empty one. */
export function artifactStoreContract(open: () => Promise<ArtifactStore>): void {
	let store: ArtifactStore;

	beforeEach(async () => {
		store = await open();
	});

	const samples: [string, Uint8Array][] = [
		['nothing', new Uint8Array()],
		['a short text', new TextEncoder().encode('1 passing')],
		['a long text', new TextEncoder().encode('ok 1 - it works\n'.repeat(50_000))],
		['bytes that no compression shrinks', new Uint8Array(randomBytes(100_000))],
		['every byte value', Uint8Array.from({ length: 256 }, (_, index) => index)],
	];

	it.each(samples)('gives back %s under the digest of its bytes', async (_, bytes) => {
		const digest = await store.put('r1', bytes, 'text/plain');
		expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
		const stored = await store.get(digest);
		expect(stored?.mediaType).toBe('text/plain');
		expect(Buffer.compare(stored?.bytes ?? Buffer.from('missing'), bytes)).toBe(0);
	});

	it('stores the same bytes of many runs at once', async () => {
		const bytes = new TextEncoder().encode('same '.repeat(1_000));
		const digests = await Promise.all(
			Array.from({ length: 10 }, (_, index) => store.put(`r${index}`, bytes, 'text/plain')),
		);
		expect(new Set(digests).size).toBe(1);
	});

	it('has nothing under an unknown digest', async () => {
		expect(await store.get(`sha256:${'0'.repeat(64)}`)).toBeNull();
	});
}

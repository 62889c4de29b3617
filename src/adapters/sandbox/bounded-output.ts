/** Keeps the first and the last bytes of a stream, half of the limit each, in bounded memory. */
export interface BoundedOutput {
	add(chunk: Buffer): void;
	/** What was kept; where bytes are missing, a line says how many. */
	read(): Buffer;
	/** Bytes added in all. */
	readonly total: number;
}

export function createBoundedOutput(limit: number): BoundedOutput {
	const headLimit = Math.ceil(limit / 2);
	const tailLimit = limit - headLimit;
	const head: Buffer[] = [];
	let headSize = 0;
	let tail: Buffer[] = [];
	let tailSize = 0;
	let total = 0;
	return {
		add(chunk) {
			total += chunk.length;
			const first = chunk.subarray(0, headLimit - headSize);
			if (first.length > 0) head.push(first);
			headSize += first.length;
			const rest = chunk.subarray(first.length);
			if (rest.length === 0) return;
			tail.push(rest);
			tailSize += rest.length;
			if (tailSize < 2 * tailLimit + 65_536) return;
			tail = [lastBytes(tail, tailLimit)];
			tailSize = tailLimit;
		},
		read() {
			const end = lastBytes(tail, tailLimit);
			const missing = total - headSize - end.length;
			const note = missing > 0 ? [Buffer.from(`\n[${missing} bytes left out]\n`)] : [];
			return Buffer.concat([...head, ...note, end]);
		},
		get total() {
			return total;
		},
	};
}

function lastBytes(chunks: readonly Buffer[], count: number): Buffer {
	const all = Buffer.concat(chunks);
	// A copy, so that the rest can be freed.
	return Buffer.from(all.subarray(Math.max(0, all.length - count)));
}

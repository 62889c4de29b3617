import type { Consumer, Queue, Wake } from '../../src/ports/queue.ts';

/** A queue that delivers nothing and remembers what it was told to wake. */
export class WakeLog implements Queue {
	readonly wakes: (Wake & { delayMs: number })[] = [];

	async wake(wake: Wake, delayMs = 0): Promise<void> {
		this.wakes.push({ ...wake, delayMs });
	}

	consume(): Consumer {
		return { close: async () => {} };
	}

	async check(): Promise<void> {}

	async close(): Promise<void> {}
}

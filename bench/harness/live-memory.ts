import { setTimeout as sleep } from 'node:timers/promises';
import { steps } from './job.ts';

/**
 * Holds every job back before its last request until all are there, and measures then what this process holds. Run with
 * `--expose-gc`.
 */
export class LiveMemory {
	readonly #jobs: number;
	readonly #all = Promise.withResolvers<void>();
	#there = 0;
	liveMb = Number.NaN;

	constructor(jobs: number) {
		this.#jobs = jobs;
	}

	/** To be awaited before each request of a job, with the number of replies that it has had. */
	async before(replies: number): Promise<void> {
		if (replies !== steps.length) return;
		this.#there += 1;
		if (this.#there === this.#jobs) {
			// Buffers are let go in steps: by finalizers, and those by turns of the event loop.
			for (let time = 0; time < 4; time += 1) {
				globalThis.gc?.();
				await sleep(50);
			}
			const { heapUsed, external } = process.memoryUsage();
			this.liveMb = (heapUsed + external) / 2 ** 20;
			this.#all.resolve();
		}
		await this.#all.promise;
	}
}

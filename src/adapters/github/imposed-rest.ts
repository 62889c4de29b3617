import { Fault } from '../../core/fault.ts';
import { toFault } from './wire-error.ts';

/**
 * The time until which GitHub wants to be left alone by one installation. Sweeps and other runs come back sooner than that; asking on
 * while limited may get an App banned, so such requests are not sent.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export class ImposedRest {
	readonly #now: () => number;
	#until = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** @throws Fault delayed while the rest lasts. */
	keep(): void {
		const left = this.#until - this.#now();
		if (left <= 0) return;
		throw new Fault('delayed', `GitHub's rate limit holds for ${Math.ceil(left / 1000)} s more`, {
			retryAfterMs: left,
		});
	}

	/** Takes note of a limit in what a request threw. */
	learn(error: unknown): void {
		const now = this.#now();
		const { kind, retryAfterMs } = toFault(error, 'a request', now);
		if (kind === 'delayed') this.#until = Math.max(this.#until, now + (retryAfterMs ?? 0));
	}
}

import { Fault } from '../../core/fault.ts';

const hourMs = 3_600_000;

/**
 * GitHub lets one App create 500 pieces of content an hour and 80 a minute (comments, pull requests, check runs, branches), over all
 * clients; `@octokit/plugin-throttling` knows neither number. An empty budget is a `delayed` fault, so that no worker sleeps on it.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export class ContentBudget {
	readonly #now: () => number;
	readonly #perMinute: number;
	readonly #perHour: number;
	/** Times of creations within the last hour, oldest first. */
	#times: number[] = [];

	constructor(now: () => number, limits: { perMinute: number; perHour: number } = { perMinute: 80, perHour: 500 }) {
		this.#now = now;
		this.#perMinute = limits.perMinute;
		this.#perHour = limits.perHour;
	}

	/** Accounts for one creation. @throws Fault delayed, with the time until one is allowed again, when there is none left. */
	take(): void {
		const now = this.#now();
		this.#times = this.#times.filter((time) => time > now - hourMs);
		const wait = Math.max(this.#wait(now, this.#perMinute, 60_000), this.#wait(now, this.#perHour, hourMs));
		if (wait > 0) {
			const seconds = Math.ceil(wait / 1000);
			throw new Fault('delayed', `the App has created all that GitHub allows for now; ${seconds} s until the next`, {
				retryAfterMs: wait,
			});
		}
		this.#times.push(now);
	}

	#wait(now: number, limit: number, windowMs: number): number {
		const oldest = this.#times.at(-limit);
		return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
	}
}

/** Whether a request makes something that counts. Git objects and labels notify nobody. */
export function createsContent(method: string, url: string): boolean {
	return method === 'POST' && !/\/git\/(?:blobs|trees|commits)$|\/labels$|\/access_tokens$|\/graphql$/.test(url);
}

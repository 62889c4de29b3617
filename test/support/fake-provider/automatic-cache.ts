import { createHash } from 'node:crypto';
import { type JsonObject, objectsOf } from './body.ts';
import { CacheEntries } from './cache-entries.ts';
import type { VirtualClock } from './virtual-clock.ts';

const stepTokens = 128;
const stepBytes = stepTokens * 4;
const minimumTokens = 1024;
const ttlMs = 10 * 60_000;

export interface AutomaticUsage {
	prompt: number;
	cached: number;
	written: number;
}

/**
 * The automatic cache of OpenAI and those like it (https://platform.openai.com/docs/guides/prompt-caching): the longest known prefix
 * in steps of 128 tokens, from 1024 on, no markers.
 */
export class AutomaticCache {
	readonly #entries = new CacheEntries();
	readonly #clock: VirtualClock;

	constructor(clock: VirtualClock) {
		this.#clock = clock;
	}

	/** What a request reads and would write. `commit` makes the writes readable: call it when the response begins, not before. */
	lookUp(body: JsonObject): { usage: AutomaticUsage; commit(): void } {
		const startedAt = this.#clock.now();
		const bytes = Buffer.from(
			[body.model ?? '', body.tools ?? [], ...objectsOf(body.messages)].map((part) => JSON.stringify(part)).join('\n'),
		);
		const prompt = Math.ceil(bytes.length / 4);
		const steps: string[] = [];
		let hash = '';
		for (let end = stepBytes; end <= bytes.length; end += stepBytes) {
			hash = createHash('sha256')
				.update(hash)
				.update(bytes.subarray(end - stepBytes, end))
				.digest('base64');
			steps.push(hash);
		}
		let known = 0;
		while (known < steps.length && this.#entries.read(steps[known] ?? '', startedAt)) known += 1;
		const cached = known * stepTokens < minimumTokens ? 0 : known * stepTokens;
		const kept = steps.length * stepTokens < minimumTokens ? 0 : steps.length * stepTokens;
		return {
			usage: { prompt, cached, written: kept - cached },
			commit: () => {
				if (kept > 0) for (const step of steps) this.#entries.write(step, ttlMs, startedAt);
			},
		};
	}
}

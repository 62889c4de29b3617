import type { AgentEnvironment } from '../../src/agent/agent-environment.ts';
import type { JournalEntry, JournalEvent } from '../../src/core/journal.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Models } from '../../src/ports/model.ts';

/** A clock that stands still but for the sleeps, which it counts. */
export function createSteppingClock(): Clock & { readonly slept: number[] } {
	let now = Date.UTC(2026, 0, 1);
	const slept: number[] = [];
	return {
		slept,
		now: () => now,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			slept.push(ms);
			now += ms;
		},
	};
}

/** Every model has the same price, dollars per million tokens, or none. */
export function createFlatCatalogue(price: number | null): Catalogue {
	return {
		provider: () => null,
		facts: () => ({
			protocol: 'anthropic',
			contextWindow: 200_000,
			maxOutputTokens: 8000,
			prices: () => (price === null ? null : { fresh: price, cached: price, cacheWrite: price, output: price }),
			quirks: { sendsReasoningBack: false, extraBody: {} },
		}),
		names: () => [],
	};
}

export interface TestEnvironment extends AgentEnvironment {
	readonly journal: JournalEntry[];
	readonly clock: ReturnType<typeof createSteppingClock>;
}

/** An environment whose journal is an array that goes on after `history`. */
export function createTestEnvironment(
	models: Models,
	changes: Partial<Omit<AgentEnvironment, 'models' | 'clock'>> = {},
): TestEnvironment {
	const journal: JournalEntry[] = [...(changes.history ?? [])];
	const clock = createSteppingClock();
	return {
		run: 'run1',
		job: 'implement',
		round: 1,
		arms: [
			{ runtime: 'native', provider: 'first', model: 'a', effort: null },
			{ runtime: 'native', provider: 'second', model: 'b', effort: null },
		],
		models,
		catalogue: createFlatCatalogue(1),
		history: [],
		turnsBefore: 0,
		async record(events: JournalEvent[]) {
			for (const event of events) journal.push({ run: 'run1', seq: journal.length + 1, at: clock.now(), event });
		},
		signal: new AbortController().signal,
		budget: {
			remainingUsd: () => 100,
			keptUsd: 0,
			turns: 50,
			deadline: clock.now() + 3_600_000,
			unpricedModels: 'refuse',
		},
		...changes,
		clock,
		journal,
	};
}

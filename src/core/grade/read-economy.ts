import type { JournalEntry } from '../journal.ts';
import type { Role } from '../role.ts';
import { addUsage, noUsage } from '../usage.ts';

/** What the implementers' work took. */
export interface Economy {
	/** US dollars of priced calls. */
	usd: number;
	/** Of all prompt tokens; null when no usage was reported. */
	cachedShare: number | null;
	/** Turns up to and with the first accepted change of a file; null when there was none. */
	turnsToFirstChange: number | null;
	turns: number;
}

/** Sums over all replies to implementers, discarded ones included. */
export function readEconomy(entries: readonly JournalEntry[]): Economy {
	const roles = new Map<string, Role>();
	const changing = new Set<string>();
	let usage = noUsage;
	let usd = 0;
	let turns = 0;
	let turnsToFirstChange: number | null = null;
	for (const { event } of entries) {
		if (event.type === 'agent.started') roles.set(event.job, event.role);
		if (!('job' in event) || event.job === null || roles.get(event.job) !== 'implement') continue;
		if (event.type === 'model.responded') {
			turns += 1;
			usd += event.usd ?? 0;
			if (event.reply.usage !== null) usage = addUsage(usage, event.reply.usage);
		}
		if (event.type === 'tool.started' && ['edit', 'replace_text', 'write'].includes(event.tool)) {
			changing.add(`${event.job}/${event.turn}/${event.call}`);
		}
		if (
			event.type === 'tool.ended' &&
			!event.result.isError &&
			changing.has(`${event.job}/${event.turn}/${event.call}`)
		) {
			turnsToFirstChange ??= turns;
		}
	}
	const prompt = usage.fresh + usage.cached + usage.cacheWrite;
	return { usd, cachedShare: prompt === 0 ? null : usage.cached / prompt, turnsToFirstChange, turns };
}

import { createHash } from 'node:crypto';
import type { ToolCallBlock, ToolResultBlock } from '../core/message.ts';
import { findCycle } from './find-cycle.ts';

/** Calls that are remembered; what repeats itself more slowly is no loop. */
const remembered = 256;
/** Five rounds of a cycle of three. */
const recent = 15;

/**
 * Finds calls that lead nowhere: the same call on the same files with the same result, and two or three calls in turn on the same
 * files, whatever they answer. Times in a command's output do not make it another result.
 */
export class Repetition {
	readonly #counts = new Map<string, number>();
	readonly #keys: string[] = [];
	readonly #tools: string[] = [];
	/** Of the calls of the newest turn: the one that was made most often, and how often. */
	worst: { tool: string; count: number } = { tool: '', count: 0 };
	/** The cycle that the newest turn went on with, and how often it was gone through; none has 0 times. */
	cycle: { tools: string[]; times: number } = { tools: [], times: 0 };

	openTurn(): void {
		this.worst = { tool: '', count: 0 };
		this.cycle = { tools: [], times: 0 };
	}

	/** @param tree The tree before the call; null while none is known. */
	count(call: ToolCallBlock, result: ToolResultBlock, tree: string | null): void {
		if (call.name === 'submit') return;
		const text = call.name === 'bash' ? result.text.replace(/\d+/g, '0') : result.text;
		const asked = digest(`${call.name}\0${canonical(call.arguments)}\0${tree ?? ''}`);
		const key = digest(`${asked}\0${text}`);
		const count = (this.#counts.get(key) ?? 0) + 1;
		this.#counts.delete(key);
		this.#counts.set(key, count);
		if (this.#counts.size > remembered) this.#counts.delete(this.#counts.keys().next().value ?? '');
		if (count > this.worst.count) this.worst = { tool: call.name, count };

		this.#keys.push(asked);
		this.#tools.push(call.name);
		if (this.#keys.length > recent) {
			this.#keys.shift();
			this.#tools.shift();
		}
		const { period, times } = findCycle(this.#keys);
		if (period > 0 && times > this.cycle.times) this.cycle = { tools: this.#tools.slice(-period), times };
	}
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, 22);
}

/** The same arguments in any order and spacing give the same text. */
function canonical(text: string): string {
	try {
		return JSON.stringify(JSON.parse(text), (_key, value) =>
			value !== null && typeof value === 'object' && !Array.isArray(value)
				? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
				: value,
		);
	} catch {
		return text;
	}
}

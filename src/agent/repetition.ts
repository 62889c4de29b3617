import { createHash } from 'node:crypto';
import type { ToolCallBlock, ToolResultBlock } from '../core/message.ts';

/** Counts equal calls with equal results while the tree stays as it is. Times in a command's output do not make it another. */
export class Repetition {
	readonly #counts = new Map<string, number>();
	/** The highest count so far on this tree, and its tool. */
	worst: { tool: string; count: number } = { tool: '', count: 0 };

	count(call: ToolCallBlock, result: ToolResultBlock): void {
		if (call.name === 'submit') return;
		const text = call.name === 'bash' ? result.text.replace(/\d+/g, '0') : result.text;
		const key = createHash('sha256')
			.update(`${call.name}\0${canonical(call.arguments)}\0${text}`)
			.digest('base64');
		const count = (this.#counts.get(key) ?? 0) + 1;
		this.#counts.set(key, count);
		if (count > this.worst.count) this.worst = { tool: call.name, count };
	}

	reset(): void {
		this.#counts.clear();
		this.worst = { tool: '', count: 0 };
	}
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

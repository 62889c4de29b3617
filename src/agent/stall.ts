import { createHash } from 'node:crypto';

/** Outputs that are remembered between two changes of the tree. */
const remembered = 512;

/**
 * Counts turns in a row that brought nothing: no line of a file that was not shown before, no change of the tree, no output of a
 * command or a search that is new. Notes are not news; whoever only thinks aloud stands still.
 */
export class Stall {
	readonly #outputs = new Set<string>();
	#news = false;
	/** Turns in a row without news. */
	turns = 0;

	/** @param learned Whether the result showed lines of files for the first time. */
	hear(tool: string, result: { text: string; isError: boolean }, learned: boolean): void {
		if (learned) this.#news = true;
		if (result.isError || (tool !== 'bash' && tool !== 'glob' && tool !== 'grep')) return;
		const masked = result.text.replace(/\d+/g, '0');
		const key = createHash('sha256').update(masked).digest('base64').slice(0, 22);
		if (this.#outputs.has(key)) return;
		this.#outputs.add(key);
		this.#news = true;
		if (this.#outputs.size > remembered) this.#outputs.delete(this.#outputs.values().next().value ?? '');
	}

	/** On other files the same output is new. */
	treeChanged(): void {
		this.#outputs.clear();
		this.#news = true;
	}

	closeTurn(): void {
		this.turns = this.#news ? 0 : this.turns + 1;
		this.#news = false;
	}
}

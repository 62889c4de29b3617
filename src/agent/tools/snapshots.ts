import { contentTag } from './anchor.ts';
import { type Line, parseDocument } from './text-document.ts';

/** A file's content as a model was shown it. */
export interface Snapshot {
	text: string;
	lines: Line[];
	/** Indices of the lines that were shown whole. */
	seen: Set<number>;
}

/** Of all texts together; over this the oldest are forgotten. */
const mostCharacters = 32 * 1024 * 1024;

/**
 * What the model knows of the worktree's files. `seen` is read from the results themselves, so that a resumed job knows the same
 * as one that was never interrupted; texts come from the files, since results may show them in part.
 */
export class Snapshots {
	readonly #texts = new Map<string, Snapshot>();
	/** The key of the text kept last, by path. */
	readonly #latest = new Map<string, string>();
	#characters = 0;
	/** Rows shown of texts that are not at hand yet, by the same key. */
	readonly #shown = new Map<string, Set<number>>();

	/** Keeps a text that is about to be shown, and returns its tag. */
	keep(path: string, text: string): string {
		const tag = contentTag(text);
		const key = `${path}@${tag}`;
		if (!this.#texts.has(key)) {
			this.#texts.set(key, { text, lines: parseDocument(text).lines, seen: this.#shownOf(key) });
			this.#characters += text.length;
			this.#forgetOldest();
		}
		this.#latest.set(path, key);
		return tag;
	}

	/** The lines of the file's text that was kept last; null when none is at hand. */
	latest(path: string): readonly Line[] | null {
		return this.#texts.get(this.#latest.get(path) ?? '')?.lines ?? null;
	}

	/** The text shown under this tag. `live` is what the file holds now: after a resumption it may be what was shown before. */
	find(path: string, tag: string, live: string): Snapshot | null {
		const key = `${path}@${tag}`;
		if (!this.#texts.has(key) && this.#shown.has(key) && contentTag(live) === tag) this.keep(path, live);
		return this.#texts.get(key) ?? null;
	}

	/**
	 * Marks what a tool's result shows as seen. Rows of file content always start with an anchor, so no content can look like a
	 * header.
	 * @returns Whether any of it was not seen before.
	 */
	learn(result: string): boolean {
		let shown: Set<number> | null = null;
		let learned = false;
		for (const line of result.split('\n')) {
			const header = /^\[(.+) @([a-km-np-z2-9]{6}) \d+-\d+\/\d+\]$/.exec(line);
			if (header !== null) shown = this.#shownOf(`${header[1]}@${header[2]}`);
			const row = /^([1-9]\d{0,8})[a-km-np-z][a-km-np-z2-9]:/.exec(line);
			const index = Number(row?.[1]) - 1;
			if (row === null || shown === null || shown.has(index)) continue;
			shown.add(index);
			learned = true;
		}
		return learned;
	}

	/** A forgotten text is read from its file again, and when that has changed, the model has to look again too. */
	#forgetOldest(): void {
		for (const [key, { text }] of this.#texts) {
			if (this.#characters <= mostCharacters || this.#texts.size === 1) return;
			this.#texts.delete(key);
			this.#characters -= text.length;
		}
	}

	#shownOf(key: string): Set<number> {
		const shown = this.#shown.get(key) ?? new Set<number>();
		this.#shown.set(key, shown);
		return shown;
	}
}

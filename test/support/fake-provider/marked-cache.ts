import { createHash } from 'node:crypto';
import { blocksOf, countTokens, type JsonObject, objectsOf, withoutMarker } from './body.ts';
import { CacheEntries } from './cache-entries.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A breakpoint looks back at this many blocks, itself included. */
const lookback = 20;
const ttlMs = { '5m': 5 * 60_000, '1h': 60 * 60_000 };

export interface MarkedUsage {
	fresh: number;
	read: number;
	/** Written for five minutes and for an hour. */
	written: { '5m': number; '1h': number };
}

interface Block {
	/** Over everything up to and with this block. */
	hash: string;
	/** Tokens up to and with this block. */
	tokens: number;
	marker: '5m' | '1h' | null;
}

/**
 * Anthropic's prompt cache (https://platform.claude.com/docs/en/build-with-claude/prompt-caching): exact prefixes, written at marked
 * blocks only, found from a marked block up to twenty blocks back. `minimumTokens` differs between models.
 */
export class MarkedCache {
	readonly #entries = new CacheEntries();
	readonly #clock: VirtualClock;
	readonly #minimumTokens: number;

	constructor(clock: VirtualClock, minimumTokens: number) {
		this.#clock = clock;
		this.#minimumTokens = minimumTokens;
	}

	/** What a request reads and writes. `commit` makes the writes readable: call it when the response begins, not before. */
	lookUp(body: JsonObject): { usage: MarkedUsage; commit(): void } {
		const startedAt = this.#clock.now();
		const blocks = listBlocks(body);
		const total = blocks.at(-1)?.tokens ?? 0;
		const marked = blocks.flatMap(({ marker, tokens }, index) =>
			marker === null || tokens < this.#minimumTokens ? [] : [index],
		);
		const hit = this.#findHit(blocks, marked, startedAt);
		const read = hit === -1 ? 0 : (blocks[hit]?.tokens ?? 0);
		const written = { '5m': 0, '1h': 0 };
		let counted = read;
		for (const index of marked) {
			const block = blocks[index];
			if (block === undefined || block.marker === null || block.tokens <= counted) continue;
			written[block.marker] += block.tokens - counted;
			counted = block.tokens;
		}
		return {
			usage: { fresh: total - counted, read, written },
			commit: () => {
				for (const index of marked) {
					const block = blocks[index];
					if (block?.marker) this.#entries.write(block.hash, ttlMs[block.marker], startedAt);
				}
			},
		};
	}

	#findHit(blocks: readonly Block[], marked: readonly number[], now: number): number {
		for (const from of marked.toReversed()) {
			for (let index = from; index > from - lookback && index >= 0; index -= 1) {
				const block = blocks[index];
				if (block !== undefined && this.#entries.read(block.hash, now)) return index;
			}
		}
		return -1;
	}
}

/**
 * Tools, then system, then messages. What invalidates the messages alone (the choice of a tool, thinking, effort) is mixed in where
 * they begin; the model is mixed in at the start.
 */
function listBlocks(body: JsonObject): Block[] {
	const blocks: Block[] = [];
	let hash = digest('', JSON.stringify(body.model ?? ''));
	let tokens = 0;
	const add = (block: JsonObject, place: string) => {
		const text = JSON.stringify(withoutMarker(block));
		hash = digest(hash, place + text);
		tokens += countTokens(text);
		blocks.push({ hash, tokens, marker: markerOf(block) });
	};
	for (const tool of objectsOf(body.tools)) add(tool, 'tool');
	for (const block of blocksOf(body.system)) add(block, 'system');
	hash = digest(hash, JSON.stringify([body.tool_choice ?? null, body.thinking ?? null, body.output_config ?? null]));
	for (const message of objectsOf(body.messages)) {
		for (const block of blocksOf(message.content)) add(block, String(message.role));
	}
	return blocks;
}

function markerOf(block: JsonObject): '5m' | '1h' | null {
	const marker = objectsOf([block.cache_control ?? null])[0];
	if (marker === undefined) return null;
	return marker.ttl === '1h' ? '1h' : '5m';
}

function digest(before: string, text: string): string {
	return createHash('sha256').update(before).update(text).digest('base64');
}

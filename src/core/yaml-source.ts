import type { Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Json } from './json.ts';
import type { Problem } from './problem.ts';

/** Bytes that a workflow or a configuration may have. */
export const yamlSizeLimit = 256 * 1024;
/** Nesting that no honest file needs; deeper ones are made to exhaust the stack. */
const depthLimit = 40;
/** Of one file; whoever has more starts with these. */
const problemLimit = 100;

export type YamlPath = readonly (string | number)[];

export interface Place {
	line: number;
	column: number;
}

interface Entry {
	key: Place | null;
	value: Place;
	/** Offsets of the value in the text; an empty value has none. */
	range: readonly [number, number] | null;
}

/** A YAML file as plain JSON that remembers where everything stood. */
export interface YamlSource {
	path: string;
	text: string;
	value: { [key: string]: Json };
	/** Of the key (or of the list item); of the nearest thing around it that exists when the path does not. */
	keyAt(path: YamlPath): Place;
	valueAt(path: YamlPath): Place;
	/** The value as it is written, and where; null when nothing is written there. */
	writtenAt(path: YamlPath): { text: string; offset: number } | null;
	placeOf(offset: number): Place;
}

export type ParsedYaml = { kind: 'ok'; source: YamlSource } | { kind: 'invalid'; problems: Problem[] };

export function formatKey(path: YamlPath): string {
	return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** A value for a message: one line of JSON, shortened. */
export function shorten(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	const flat = text.replace(/\s+/g, ' ');
	return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat;
}

function entryId(path: YamlPath): string {
	return JSON.stringify(path);
}

/** Walks a parsed document once: refuses what is not plain, writes down where everything stands. */
class Reader {
	readonly problems: Problem[] = [];
	readonly entries = new Map<string, Entry>();
	readonly #path: string;
	readonly #counter: LineCounter;

	constructor(path: string, counter: LineCounter) {
		this.#path = path;
		this.#counter = counter;
	}

	placeOf(offset: number): Place {
		const { line, col } = this.#counter.linePos(offset);
		return { line: Math.max(1, line), column: Math.max(1, col) };
	}

	refuse(offset: number, path: YamlPath, message: string, value: string | null = null, expected = ''): void {
		if (this.problems.length >= problemLimit) return;
		const key = formatKey(path);
		this.problems.push({ path: this.#path, ...this.placeOf(offset), key, value, expected, nearest: null, message });
	}

	read(node: Node | null | undefined, path: YamlPath, parentOffset: number, keyOffset: number | null): Json {
		const offset = node?.range?.[0] ?? parentOffset;
		this.entries.set(entryId(path), {
			key: keyOffset === null ? null : this.placeOf(keyOffset),
			value: this.placeOf(offset),
			range: node?.range ? [node.range[0], node.range[1]] : null,
		});
		if (node === null || node === undefined) return null;
		if (path.length > depthLimit) {
			this.refuse(offset, path.slice(0, 3), `nested deeper than ${depthLimit} levels`);
			return null;
		}
		if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
			const name = isAlias(node) ? `*${node.source}` : `&${node.anchor}`;
			this.refuse(offset, path, 'anchors and aliases are not supported', name, 'the value written out');
			return null;
		}
		if (node.tag !== undefined) {
			this.refuse(offset, path, 'tags are not supported', node.tag, 'a plain value');
			return null;
		}
		if (isSeq<Node>(node)) return node.items.map((item, index) => this.read(item, [...path, index], offset, null));
		if (isMap<Node, Node>(node)) return this.#readMap(node.items, path, offset);
		if (isScalar(node)) return this.#readScalar(node.value, node.source, path, offset);
		return null;
	}

	#readMap(items: Pair<Node, Node | null>[], path: YamlPath, mapOffset: number): Json {
		const entries = new Map<string, Json>();
		for (const { key, value } of items) {
			const offset = key?.range?.[0] ?? mapOffset;
			if (!isScalar(key) || key.value === null || key.tag !== undefined || key.anchor !== undefined) {
				this.refuse(offset, path, 'a key must be a plain name');
				continue;
			}
			const name = String(key.source ?? key.value);
			if (name === '<<')
				this.refuse(offset, [...path, name], 'merge keys are not supported', null, 'the keys written out');
			else if (name === '__proto__') this.refuse(offset, [...path, name], 'this name cannot be used as a key');
			else if (entries.has(name)) this.refuse(offset, [...path, name], 'the key is given twice');
			else entries.set(name, this.read(value, [...path, name], offset, offset));
		}
		return Object.fromEntries(entries);
	}

	#readScalar(value: unknown, source: string | undefined, path: YamlPath, offset: number): Json {
		if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
		if (typeof value === 'number' && Number.isFinite(value)) return value;
		this.refuse(offset, path, 'this value cannot be used', source ?? String(value), 'a text, a number or true/false');
		return null;
	}
}

function wholeFile(path: string, message: string, expected: string): ParsedYaml {
	const problem: Problem = { path, line: null, column: null, key: '', value: null, expected, nearest: null, message };
	return { kind: 'invalid', problems: [problem] };
}

function parseDocuments(text: string, counter: LineCounter): Document.Parsed[] | null {
	try {
		const documents = parseAllDocuments(text, {
			lineCounter: counter,
			prettyErrors: false,
			// Our own walk finds duplicate keys; the library compares every key with every other.
			uniqueKeys: false,
			version: '1.2',
			schema: 'core',
		});
		if (!Array.isArray(documents)) return [];
		// The library catches its own overflow and reports it as a mistake of the file's.
		const overflowed = documents.some((each) => each.errors.some((error) => error.message.includes('call stack size')));
		return overflowed ? null : documents;
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}

/** Brackets and dashes in a row overflow the parser's stack before there is anything to walk. Both patterns read the text once. */
function isTooDeep(text: string): boolean {
	return /(?:[[{]\s*){41}/.test(text) || /^ *(?:[-?:] +){41}/m.test(text);
}

/**
 * Reads YAML 1.2 as plain JSON with places. Refused, all at once and with line and column: anchors, aliases, merge keys, tags,
 * duplicate keys, several documents, a root that is no map, more than 256 KiB, absurd nesting. An empty file is an empty map.
 * Never throws, whatever the text.
 */
export function parseYaml(text: string, path: string): ParsedYaml {
	const size = Buffer.byteLength(text);
	if (size > yamlSizeLimit) {
		return wholeFile(path, `the file is too large: ${size} bytes`, `at most ${yamlSizeLimit} bytes`);
	}
	const counter = new LineCounter();
	const documents = isTooDeep(text) ? null : parseDocuments(text, counter);
	if (documents === null) return wholeFile(path, 'the file is nested too deeply', `at most ${depthLimit} levels`);

	const reader = new Reader(path, counter);
	const [document, second] = documents;
	for (const error of documents.flatMap((each) => each.errors)) {
		reader.refuse(error.pos[0], [], `not valid YAML: ${error.message.split('\n')[0]}`);
	}
	if (second?.range) reader.refuse(second.range[0], [], 'the file has more than one document', '---', 'one document');
	if (reader.problems.length > 0) return { kind: 'invalid', problems: reader.problems };

	const root = document?.contents ?? null;
	const value = reader.read(root, [], 0, null);
	const isRootMap = root === null || isMap(root) || (isScalar(root) && root.value === null);
	if (reader.problems.length === 0 && !isRootMap) {
		reader.refuse(
			root?.range?.[0] ?? 0,
			[],
			'the file must be a map',
			shorten(value),
			'lines of the form `key: value`',
		);
	}
	if (reader.problems.length > 0) return { kind: 'invalid', problems: reader.problems };

	function entryAt(wanted: YamlPath): Entry | undefined {
		for (let length = wanted.length; length >= 0; length--) {
			const entry = reader.entries.get(entryId(wanted.slice(0, length)));
			if (entry !== undefined) return entry;
		}
		return undefined;
	}
	const start: Place = { line: 1, column: 1 };
	const map = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
	return {
		kind: 'ok',
		source: {
			path,
			text,
			value: map,
			keyAt: (wanted) => entryAt(wanted)?.key ?? entryAt(wanted)?.value ?? start,
			valueAt: (wanted) => entryAt(wanted)?.value ?? start,
			writtenAt: (wanted) => {
				const range = reader.entries.get(entryId(wanted))?.range ?? null;
				return range === null ? null : { text: text.slice(range[0], range[1]), offset: range[0] };
			},
			placeOf: (offset) => reader.placeOf(offset),
		},
	};
}

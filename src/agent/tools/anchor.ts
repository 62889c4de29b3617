import { createHash } from 'node:crypto';
import type { Line } from './text-document.ts';

/** Without `l`, `o`, `0` and `1`, which models and people confuse. */
const letters = 'abcdefghijkmnpqrstuvwxyz';
const characters = `${letters}23456789`;
const codes = letters.length * characters.length;
/** Within so many lines no two have the same check characters. */
const apart = 300;

/** The codes of a text's lines, kept as long as the text is: they depend on all of it before them. */
const known = new WeakMap<readonly Line[], Uint16Array>();

/**
 * The code of every line: drawn from the line and both neighbours, then counted up until none of the 300 lines before has it. So a
 * number that slipped by up to 300 lines never fits its characters, not even among equal lines (`}`, blank ones).
 */
function codesOf(lines: readonly Line[]): Uint16Array {
	const found = known.get(lines);
	if (found !== undefined) return found;
	const own = lines.map((line) => hash(line.text));
	const result = new Uint16Array(lines.length);
	const lastUse = new Int32Array(codes).fill(-apart - 1);
	for (let index = 0; index < lines.length; index += 1) {
		const around = Math.imul(own[index - 1] ?? 1, 31) ^ Math.imul(own[index] ?? 0, 0x9e3779b1) ^ (own[index + 1] ?? 2);
		let code = (Math.imul(around ^ (around >>> 15), 0x85ebca6b) >>> 8) % codes;
		while (index - (lastUse[code] ?? 0) <= apart) code = (code + 1) % codes;
		lastUse[code] = index;
		result[index] = code;
	}
	known.set(lines, result);
	return result;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
	return value;
}

/** `12k3`: line 12 (numbered from 1) of this text, and two check characters, of which the first is a letter. */
export function formatAnchor(lines: readonly Line[], index: number): string {
	const code = codesOf(lines)[index] ?? 0;
	return `${index + 1}${letters[Math.floor(code / characters.length)]}${characters[code % characters.length]}`;
}

/** The index from 0 and the characters that an anchor names; null when it has not the form of one. */
export function parseAnchor(anchor: string): { index: number; hash: string } | null {
	const match = /^([1-9]\d{0,8})([a-km-np-z][a-km-np-z2-9])$/.exec(anchor);
	if (match?.[1] === undefined || match[2] === undefined) return null;
	return { index: Number(match[1]) - 1, hash: match[2] };
}

/** Six characters that index a file's whole content. An index only: identity is decided by the full text. */
export function contentTag(text: string): string {
	const digest = createHash('sha256').update(text).digest();
	return [...digest.subarray(0, 6)].map((byte) => characters[byte & 31]).join('');
}

import { createHash } from 'node:crypto';
import type { Line } from './text-document.ts';

/** Without `l`, `o`, `0` and `1`, which models and people confuse. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

function encode(hash: Buffer, length: number): string {
	let text = '';
	for (let index = 0; index < length; index += 1) text += alphabet[(hash[index] ?? 0) & 31];
	return text;
}

/**
 * The two characters that a line's number is followed by. They depend on the line and both neighbours, so that equal lines (`}`,
 * blank ones) differ by where they stand, and a number that slipped does not fit its characters.
 */
function anchorHash(lines: readonly Line[], index: number): string {
	const around = [lines[index - 1]?.text ?? '\u0001', lines[index]?.text ?? '', lines[index + 1]?.text ?? '\u0002'];
	return encode(createHash('sha256').update(around.join('\0')).digest(), 2);
}

/** `12k3`: line 12 (numbered from 1) of this text. */
export function formatAnchor(lines: readonly Line[], index: number): string {
	return `${index + 1}${anchorHash(lines, index)}`;
}

/** The index from 0 and the characters that an anchor names; null when it has not the form of one. */
export function parseAnchor(anchor: string): { index: number; hash: string } | null {
	const match = /^([1-9]\d{0,8})([a-km-np-z2-9]{2})$/.exec(anchor);
	if (match?.[1] === undefined || match[2] === undefined) return null;
	// A digit may belong to either part; the last two characters are always the hash.
	return { index: Number(match[1]) - 1, hash: match[2] };
}

/** Six characters that index a file's whole content. An index only: identity is decided by the full text. */
export function contentTag(text: string): string {
	return encode(createHash('sha256').update(text).digest(), 6);
}

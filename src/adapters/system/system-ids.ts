import { randomBytes, randomInt } from 'node:crypto';
import type { Ids } from '../../ports/ids.ts';

/** Crockford's base 32, lower case: no i, l, o, u (https://www.crockford.com/base32.html). In ASCII order. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const firstLetter = alphabet.indexOf('a');

/** 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600_000;
/** Eight characters, the first one of 22 letters, count steps of 10 ms for 239 years. */
const stepMs = 10;
const timeCharacters = 8;
const randomCharacters = 2;

/** Tokens are 192 random bits. Two run ids of the same 10 ms are equal once in 1,024 times: the store then refuses. */
export const systemIds: Ids = {
	run: () => formatRunId(Date.now(), randomInt(32 ** randomCharacters)),
	token: () => randomBytes(24).toString('base64url'),
};

/**
 * Eight characters of time and two of chance, sortable by time; a letter comes first, because queues, YAML and git take
 * words of digits for numbers. `chance` is 0 to 1,023.
 */
export function formatRunId(now: number, chance: number): string {
	const steps = Math.floor(Math.max(0, now - epoch) / stepMs);
	const time = base32(steps + firstLetter * 32 ** (timeCharacters - 1), timeCharacters);
	return time + base32(chance, randomCharacters);
}

function base32(value: number, characters: number): string {
	let text = '';
	let rest = value;
	for (let index = 0; index < characters; index++) {
		text = alphabet.charAt(rest % 32) + text;
		rest = Math.floor(rest / 32);
	}
	return text;
}

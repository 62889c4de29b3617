/** So many letters and digits of a secret in a row, in any form, give it away. */
export const traceLength = 12;
/** Fewer different characters are a pattern (`000000000000`), not a secret. */
const leastVariety = 5;

/**
 * A function that finds these values in a text although somebody means to hide them: whole or any twelve letters and digits of them,
 * as they are, reversed, in base64, in hexadecimal, as percent, character or string escapes, in other letter case, and with anything
 * between the characters (quotes, spaces, line ends, invisible ones). It answers with the lines, from 1, where one begins.
 *
 * The well-known beginning of a value (`sk-ant-api03-`, the header of a JWT or of a PEM) is no secret and does not count. A value with
 * fewer than twelve letters and digits is not looked for: it would be found in ordinary words.
 */
export function createTraceFinder(values: readonly string[]): (text: string) => number[] {
	const traces = new Set(values.flatMap((value) => listForms(secretPart(value))).flatMap(listFragments));
	return (text) => (traces.size === 0 ? [] : findLines(text.normalize('NFKC'), traces));
}

function secretPart(value: string): string {
	const pem = /^\s*-----BEGIN [^-]+-----\s*(?<body>.*?)\s*-----END/s.exec(value)?.groups?.body;
	// The first octets of a key say its kind and size: https://www.rfc-editor.org/rfc/rfc5208#section-5
	if (pem !== undefined) return pem.slice(52);
	const jwt = /eyJ[\w-]+\.(?<payload>[\w-]+)\.(?<signature>[\w-]+)$/.exec(value)?.groups;
	if (jwt !== undefined) return `${jwt.payload?.slice(24)}.${jwt.signature}`;
	return value.trim().replace(/^(?:[a-z]{1,10}\d{0,2}[-_]){1,4}(?=.{16})/i, '');
}

function listForms(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	const octets = [...bytes].map((octet) => octet.toString(16).padStart(2, '0'));
	const straight = [
		secret,
		encodeURIComponent(secret),
		JSON.stringify(secret).slice(1, -1),
		octets.join(''),
		octets.map((octet) => `x${octet}`).join(''),
		octets.map((octet) => `u00${octet}`).join(''),
		bytes.join(''),
		...[0, 1, 2].map((offset) => encodeAt(bytes, offset)),
	].map(reduce);
	const backwards = reduce([...secret].reverse().join(''));
	const encodedBackwards = [0, 1, 2].map((offset) => reduce(encodeAt(Buffer.from([...bytes].reverse()), offset)));
	return [...straight, ...straight.map((form) => [...form].reverse().join('')), backwards, ...encodedBackwards];
}

/** The base64 of the bytes after `offset` others, without the characters that depend on those. */
function encodeAt(bytes: Buffer, offset: number): string {
	const text = Buffer.concat([Buffer.alloc(offset), bytes])
		.toString('base64')
		.replace(/=+$/, '');
	return text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
}

function listFragments(form: string): string[] {
	const fragments: string[] = [];
	for (let at = 0; at + traceLength <= form.length; at++) {
		const fragment = form.slice(at, at + traceLength);
		if (new Set(fragment).size >= leastVariety) fragments.push(fragment);
	}
	return fragments;
}

function reduce(text: string): string {
	return text.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();
}

function findLines(text: string, traces: ReadonlySet<string>): number[] {
	const reduced = reduce(text);
	const hits: number[] = [];
	for (let at = 0; at + traceLength <= reduced.length; at++) {
		if (!traces.has(reduced.slice(at, at + traceLength))) continue;
		hits.push(at);
		at += traceLength - 1;
	}
	return hits.length === 0 ? [] : linesOf(text, hits);
}

/** `positions` count letters and digits only, in rising order. */
function linesOf(text: string, positions: readonly number[]): number[] {
	const lines = new Set<number>();
	let line = 1;
	let seen = 0;
	let next = 0;
	for (const character of text) {
		if (character === '\n') line++;
		else if (/[A-Za-z0-9]/.test(character)) {
			if (seen === positions[next]) {
				lines.add(line);
				next++;
			}
			seen++;
		}
		if (next === positions.length) break;
	}
	return [...lines];
}

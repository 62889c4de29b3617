const replacement = '[redacted]';
/** Shorter values would mask ordinary words. */
const shortest = 6;
/** Lines of a longer secret (a private key) are secrets themselves. */
const shortestLine = 24;

/**
 * A function that replaces these exact values in a text, also when they are reversed, URL-encoded, in base64 (at any offset within a
 * longer text), in hexadecimal or escaped as in JSON. Give it joined text: a secret split over two calls is seen in neither.
 */
export function createRedactor(values: readonly string[]): (text: string) => string {
	const needles = findNeedles(values);
	return (text) => replaceSpans(text, findSpans(text, needles));
}

function findNeedles(values: readonly string[]): string[] {
	const needles = new Set<string>();
	for (const value of values) {
		const lines = value.split(/\r?\n/).filter((line) => line.length >= shortestLine && !line.startsWith('-----'));
		for (const secret of [value.trim(), ...(value.includes('\n') ? lines : [])]) {
			if (secret.length < shortest) continue;
			for (const form of listForms(secret)) if (form.length >= shortest) needles.add(form);
		}
	}
	return [...needles];
}

function listForms(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	const encoded = encodeURIComponent(secret);
	const base64 = [0, 1, 2].map((offset) => encodeAt(bytes, offset));
	const hex = bytes.toString('hex');
	return [
		secret,
		[...secret].reverse().join(''),
		JSON.stringify(secret).slice(1, -1),
		encoded,
		encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
		...base64,
		...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
		hex,
		hex.toUpperCase(),
	];
}

/** What stands for the bytes, and for them alone, in base64 of a text that has them after `offset` (mod 3) other bytes. */
function encodeAt(bytes: Buffer, offset: number): string {
	const text = Buffer.concat([Buffer.alloc(offset), bytes])
		.toString('base64')
		.replace(/=+$/, '');
	const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
	return text.slice(offset === 0 ? 0 : offset + 1, text.length - shared);
}

type Span = [start: number, end: number];

function findSpans(text: string, needles: readonly string[]): Span[] {
	const spans: Span[] = [];
	for (const needle of needles) {
		for (let start = text.indexOf(needle); start >= 0; start = text.indexOf(needle, start + 1)) {
			spans.push([start, start + needle.length]);
		}
	}
	return spans.sort((left, right) => left[0] - right[0]);
}

/** Spans that overlap or touch are replaced as one, so no end of one secret survives within another. */
function replaceSpans(text: string, spans: readonly Span[]): string {
	if (spans.length === 0) return text;
	let result = '';
	let copied = 0;
	for (const [start, end] of spans) {
		if (start > copied || copied === 0) result += text.slice(copied, start) + replacement;
		copied = Math.max(copied, end);
	}
	return result + text.slice(copied);
}

/** Long enough to hold a credential of any known form. */
const wrapped = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const wrappedHex = /(?:[0-9a-f]{2}){20,}/gi;

/**
 * What a text would say to somebody who undoes the simple disguises: read backwards, and with its base64 and hexadecimal read. Line
 * for line, so that a finding in one of these names the line of the text.
 */
export function unwrapText(text: string): { how: string; text: string }[] {
	const lines = text.split('\n');
	const backwards = lines.map((line) => [...line].reverse().join(''));
	const forms = [
		{ how: 'reversed', lines: backwards },
		{ how: 'encoded', lines: lines.map(decode) },
		{ how: 'reversed and encoded', lines: lines.map((line) => [...decode(line)].reverse().join('')) },
		{ how: 'encoded and reversed', lines: backwards.map(decode) },
	];
	return forms
		.filter((form) => form.lines.some((line) => line !== ''))
		.map(({ how, lines: read }) => ({ how, text: read.join('\n') }));
}

function decode(line: string): string {
	const found: string[] = [];
	for (const [run] of line.matchAll(wrapped)) {
		for (const offset of [0, 1, 2, 3]) found.push(Buffer.from(run.slice(offset), 'base64').toString('latin1'));
	}
	for (const [run] of line.matchAll(wrappedHex)) found.push(Buffer.from(run, 'hex').toString('latin1'));
	return found.filter(isText).join(' ').replaceAll('\n', ' ');
}

/** Digests decode to noise, which no rule needs to see. */
function isText(decoded: string): boolean {
	const printable = decoded.match(/[\x20-\x7e\s]/g)?.length ?? 0;
	return printable >= decoded.length * 0.9;
}

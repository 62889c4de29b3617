/** A piece of a text with `${{ }}` in it. `offset` is where the piece's text starts, in UTF-16 units. */
export type TextPart =
	| { kind: 'literal'; text: string; offset: number }
	| { kind: 'expression'; text: string; offset: number }
	/** `${{` without its `}}`. */
	| { kind: 'unclosed'; text: string; offset: number };

/** Where the expression that starts at `from` ends: at the first `}}` outside of a '…' string, as GitHub reads it. */
function findEnd(text: string, from: number): number {
	let quoted = false;
	for (let index = from; index < text.length; index++) {
		if (text[index] === "'") quoted = !quoted;
		else if (!quoted && text.startsWith('}}', index)) return index;
	}
	return -1;
}

/** Splits a text into what stands and what is to be evaluated. Never evaluates, never looks at a result again. */
export function splitText(text: string): TextPart[] {
	const parts: TextPart[] = [];
	let index = 0;
	while (index < text.length) {
		const start = text.indexOf('${{', index);
		if (start === -1) {
			parts.push({ kind: 'literal', text: text.slice(index), offset: index });
			break;
		}
		if (start > index) parts.push({ kind: 'literal', text: text.slice(index, start), offset: index });
		const from = start + 3;
		const end = findEnd(text, from);
		if (end === -1) {
			parts.push({ kind: 'unclosed', text: text.slice(from), offset: from });
			break;
		}
		parts.push({ kind: 'expression', text: text.slice(from, end), offset: from });
		index = end + 2;
	}
	return parts;
}

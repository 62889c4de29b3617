/** One line and its own terminator: `\n`, `\r\n`, or nothing at the end of a file. */
export interface Line {
	text: string;
	eol: '\n' | '\r\n' | '';
}

/** A text file, split so that joining it gives back every byte. */
export interface TextDocument {
	/** Whether the file starts with a byte order mark, which is not part of the first line. */
	bom: '\uFEFF' | '';
	lines: Line[];
}

/** Lines of text; a final terminator starts no further line, so the empty text has none. */
export function splitLines(text: string): Line[] {
	const lines: Line[] = [];
	let start = 0;
	while (start < text.length) {
		const end = text.indexOf('\n', start);
		if (end === -1) {
			lines.push({ text: text.slice(start), eol: '' });
			break;
		}
		const crlf = end > start && text[end - 1] === '\r';
		lines.push({ text: text.slice(start, crlf ? end - 1 : end), eol: crlf ? '\r\n' : '\n' });
		start = end + 1;
	}
	return lines;
}

/** The bytes as text, or null when they are not UTF-8 or hold a NUL. */
export function decodeText(bytes: Uint8Array): string | null {
	if (bytes.includes(0)) return null;
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}

export function parseDocument(text: string): TextDocument {
	const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
	return { bom, lines: splitLines(text.slice(bom.length)) };
}

export function formatDocument(document: TextDocument): string {
	return document.bom + document.lines.map((line) => line.text + line.eol).join('');
}

/** The terminator for a line added after `index` lines: that of the nearest line before which has one, else of the first, else `\n`. */
export function terminatorAt(lines: readonly Line[], index: number): '\n' | '\r\n' {
	const before = lines.slice(0, index).findLast((line) => line.eol !== '');
	return before?.eol || lines[0]?.eol || '\n';
}

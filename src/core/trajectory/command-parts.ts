/**
 * The parts of a shell command, and which of them its exit code 0 proves: those of the last list that are joined by `&&` alone. The
 * exit code of `npm test | tail` is that of `tail`, of `npm test || true` that of nothing.
 */
export function splitCommand(command: string): { parts: string[]; proven: string[] } {
	const lists = splitOutsideQuotes(command, /^(?:;|\n|&(?![&>\d]))/);
	const parts: string[] = [];
	let proven: string[] = [];
	for (const list of lists) {
		const chain = splitOutsideQuotes(list, /^(?:&&|\|\||\|&?)/);
		parts.push(...chain.map(bare).filter((part) => part !== ''));
		const plain = splitOutsideQuotes(list, /^\|/).length === 1;
		proven = plain ? chain.map(bare).filter((part) => part !== '') : [];
	}
	return { parts, proven };
}

/** The command without redirections and surrounding space, so that `npm test 2>&1` is `npm test`. */
export function bare(command: string): string {
	return command
		.replace(/\s*\d*(?:>>?|<)&?\s*(?:\d\b|\/dev\/null|[^\s"']+)/g, '')
		.replace(/\s+/g, ' ')
		.trim();
}

function splitOutsideQuotes(text: string, separator: RegExp): string[] {
	const pieces: string[] = [];
	let piece = '';
	let quote = '';
	for (let at = 0; at < text.length; ) {
		const character = text[at] ?? '';
		const found = quote === '' ? separator.exec(text.slice(at, at + 3))?.[0] : undefined;
		if (found !== undefined && !/\d?>$/.test(piece)) {
			pieces.push(piece);
			piece = '';
			at += found.length;
			continue;
		}
		if (character === '\\' && quote !== "'") {
			piece += text.slice(at, at + 2);
			at += 2;
			continue;
		}
		if (quote === '' && (character === '"' || character === "'")) quote = character;
		else if (character === quote) quote = '';
		piece += character;
		at += 1;
	}
	return [...pieces, piece];
}

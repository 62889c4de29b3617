type Operator = '&&' | '||' | '|&' | '|' | ';' | '\n' | '&' | '';

/** Redirections hold `&` too and are left in the text. */
const operators = ['&&', '||', '|&', '|', ';', '\n', '&'] as const;
const redirection = /^(?:&>>?|\d*[<>]&)/;

/**
 * The parts of a shell command, and which of them its exit code 0 proves: those of the last list that are joined by `&&` alone. The
 * exit code of `npm test | tail` is that of `tail`, of `npm test || true` that of nothing, and `npm test &` is not waited for.
 */
export function splitCommand(command: string): { parts: string[]; proven: string[] } {
	const pieces = readPieces(command);
	while (pieces.length > 1 && pieces.at(-1)?.text.trim() === '' && /^[;\n]$/.test(pieces.at(-2)?.operator ?? ''))
		pieces.pop();
	let list: string[] = [];
	let shielded = false;
	for (const [index, { text, operator }] of pieces.entries()) {
		list.push(text);
		if (operator === '|' || operator === '|&' || operator === '||') shielded = true;
		const waits = (operator === ';' || operator === '\n') && index === pieces.length - 1;
		if (waits || (operator !== ';' && operator !== '\n' && operator !== '&')) continue;
		list = [];
		shielded = false;
	}
	const filled = (texts: string[]) => texts.map(bare).filter((text) => text !== '');
	return { parts: filled(pieces.map(({ text }) => text)), proven: shielded ? [] : filled(list) };
}

/** The command without redirections and surrounding space, so that `npm test 2>&1` is `npm test`. */
export function bare(command: string): string {
	return command
		.replace(/\s+/g, ' ')
		.replace(/ ?(?:&>>?|\d?(?:>>?|<)&?) ?(?:\d\b|[^\s"']+)/g, '')
		.trim();
}

/** Texts between operators that stand outside of quotes, each with the operator after it. */
function readPieces(command: string): { text: string; operator: Operator }[] {
	const pieces: { text: string; operator: Operator }[] = [];
	let text = '';
	let quote = '';
	for (let at = 0; at < command.length; ) {
		const rest = command.slice(at, at + 4);
		const character = rest[0] ?? '';
		const operator = quote === '' ? operators.find((candidate) => rest.startsWith(candidate)) : undefined;
		const redirected = quote === '' ? redirection.exec(rest)?.[0] : undefined;
		if (operator !== undefined && redirected === undefined) {
			pieces.push({ text, operator });
			text = '';
			at += operator.length;
			continue;
		}
		const length = redirected?.length ?? (character === '\\' && quote !== "'" ? 2 : 1);
		if (quote === '' && (character === '"' || character === "'")) quote = character;
		else if (character === quote) quote = '';
		text += command.slice(at, at + length);
		at += length;
	}
	return [...pieces, { text, operator: '' }];
}

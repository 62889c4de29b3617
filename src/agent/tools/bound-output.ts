/** Characters of a command's output that a model is shown: the start, the end, and lines between that look like errors. */
const headCharacters = 3000;
const tailCharacters = 7000;
const errorCharacters = 2000;
const lineCharacters = 500;
const looksLikeError = /error|exception|\b(fail(ed|ure|s|ing)?|panic|fatal|assert\w*|not ok|cannot|traceback)\b|[✗✖×]/i;

/** Whether `boundOutput` shows all of it. */
export function isShort(text: string): boolean {
	return text.length <= headCharacters + tailCharacters + errorCharacters;
}

/** The part of an output that is worth showing, whole lines where possible, with what was left out said once. */
export function boundOutput(text: string): string {
	if (isShort(text)) return text;
	const headEnd = cutBefore(text, headCharacters);
	const tailStart = cutAfter(text, text.length - tailCharacters);
	const middle = text.slice(headEnd, tailStart);
	const errors: string[] = [];
	let room = errorCharacters;
	for (const line of middle.split('\n')) {
		const shown = line.slice(0, lineCharacters);
		if (!looksLikeError.test(shown) || shown.length + 1 > room) continue;
		errors.push(shown);
		room -= shown.length + 1;
	}
	const found = errors.length === 0 ? '' : `Lines among them that look like errors:\n${errors.join('\n')}\n`;
	const leftOut = `[… ${middle.length} characters in ${middle.split('\n').length} lines left out. ${found}…]`;
	return `${text.slice(0, headEnd)}\n${leftOut}\n${text.slice(tailStart)}`;
}

function cutBefore(text: string, at: number): number {
	const newline = text.lastIndexOf('\n', at);
	return newline > at / 2 ? newline : at;
}

function cutAfter(text: string, at: number): number {
	const newline = text.indexOf('\n', at);
	return newline !== -1 && newline < at + lineCharacters ? newline + 1 : at;
}

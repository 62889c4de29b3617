const lines = 40;
const characters = 4_000;

/**
 * The end of a command's output for people: the last lines, without terminal control sequences
 * (https://ecma-international.org/publications-and-standards/standards/ecma-48/) and other control characters. The directory that it
 * ran in becomes `.`: where the host keeps its data is nobody's business.
 */
export function excerptOf(output: Uint8Array, directory: string): string {
	const clean = new TextDecoder()
		.decode(output)
		.replaceAll(directory, '.')
		.replace(escapeSequences, '')
		.replace(/\r\n?/g, '\n')
		.replace(/[\p{Cc}--[\t\n]]/gv, '')
		.trimEnd();
	const last = clean.split('\n').slice(-lines).join('\n');
	return last.length <= characters ? last : last.slice(-characters).replace(/^[\udc00-\udfff]/, '');
}

const controlStart = String.fromCharCode(27);
const bell = String.fromCharCode(7);
const escapeSequences = new RegExp(
	`${controlStart}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${controlStart}]*(?:${bell}|${controlStart}\\\\)?|[@-Z\\\\-_])`,
	'g',
);

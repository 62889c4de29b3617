/** A word for `sh` that stands for exactly this text. The text must not hold a NUL. */
export function quoteShell(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

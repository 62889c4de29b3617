/** A place in a text where a scanner saw a secret; 1-based line. */
export interface FoundSecret {
	where: string;
	line: number;
	rule: string;
}

/**
 * Findings in a new text that were not in the old one already: the same rule on the same line, with the same line after it (a
 * key's header alone does not tell one key from another).
 */
export function findNewSecrets(
	head: { text: string; findings: readonly FoundSecret[] },
	base: { text: string; findings: readonly FoundSecret[] },
): FoundSecret[] {
	const known = new Set(base.findings.map((finding) => keyOf(base.text.split('\n'), finding)));
	const lines = head.text.split('\n');
	return head.findings.filter((finding) => !known.has(keyOf(lines, finding)));
}

function keyOf(lines: readonly string[], { line, rule }: FoundSecret): string {
	return [rule, lines[line - 1] ?? '', lines[line] ?? ''].join('\n');
}

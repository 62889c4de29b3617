import { type HiddenText, visibleMarkdown } from './visible-markdown.ts';

/** Something in a text that a maintainer should know of. `excerpt` is bounded and never holds a secret. */
export type UntrustedFinding = {
	kind: 'hidden_text' | 'instruction_like' | 'secret_like' | 'edited_since';
	what: string;
	excerpt: string;
};

export interface CleanText {
	/** What a person sees on GitHub, for a prompt. The raw text stays where it was. */
	text: string;
	findings: UntrustedFinding[];
}

/** What can not be seen: https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, format characters and line separators. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Joiners and selectors within an emoji are typed by every phone: removed, not reported. */
const emojiParts = /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|[0-9#*])(?:\u200d|\ufe0e|\ufe0f)+/gu;
const controls = /[\p{Cc}--[\t\n]]/gv;

const instructions: readonly RegExp[] = [
	/\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules?|guidelines|polic(?:y|ies))\b/iu,
	/\b(?:system prompt|developer message|you are now|new instructions|jailbreak)\b/iu,
	/\b(?:do not|don't|never)\b.{0,20}\b(?:tell|mention|reveal|report)\b.{0,40}\b(?:user|maintainer|reviewer|human|anyone)\b/iu,
	/\/proc\/(?:self|\d+)\/environ|\bprintenv\b|\.ssh\/|\bid_rsa\b|\.aws\/credentials/iu,
	/\b(?:curl|wget|nc)\b.{0,80}\bhttps?:\/\//iu,
	/\b(?:AI|LLM|coding)\s+(?:agents?|assistants?|models?)\b.{0,60}\b(?:must|should|please|always|never)\b/iu,
];

const secrets: readonly { what: string; pattern: RegExp }[] = [
	{ what: 'GitHub token', pattern: /\b(?:gh[opsur]_[A-Za-z0-9_.-]{20,}|github_pat_[A-Za-z0-9_]{20,})/g },
	{ what: 'API key', pattern: /\bsk-[A-Za-z0-9_-]{20,}/g },
	{ what: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
	{ what: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
	{ what: 'Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{10,}/g },
	{ what: 'private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
	{ what: 'password in a URL', pattern: /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:)[^\s/@]{3,200}(?=@)/g },
];

/** Characters of one text that are read. Longer ones are cut, and the cut is said. */
const readLimit = 24_000;

/**
 * A Markdown text of somebody else as a prompt may hold it: only what a reader sees on GitHub, without invisible characters and
 * without secrets that its author pasted by mistake. This is the second line of defence; the first is that nothing a model is
 * talked into can leave the sandbox.
 */
export function cleanMarkdown(raw: string): CleanText {
	const cut = raw.length > readLimit;
	const { text, hidden } = visibleMarkdown((cut ? raw.slice(0, readLimit) : raw).replace(/\r\n?/g, '\n'));
	const notice = cut ? `\n\n(cut here: ${raw.length - readLimit} more characters)` : '';
	return finish(text, hidden, notice);
}

/** The same for text that is shown as it is: titles, logs, command output. */
export function cleanPlain(raw: string): CleanText {
	return finish(raw.replace(/\r\n?/g, '\n'), [], '');
}

/**
 * Code and differences of others: invisible characters are written out as `<U+202E>`, since a reviewer has to see what a compiler
 * reads (Trojan Source, CVE-2021-42574).
 */
export function revealInvisible(raw: string): string {
	const name = (character: string) =>
		`<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
	return raw.replace(/\r\n/g, '\n').replace(emojiParts, '').replace(invisible, name).replace(controls, name);
}

function finish(visible: string, hidden: HiddenText[], notice: string): CleanText {
	const withoutEmojiParts = visible.replace(emojiParts, '');
	const unseen = withoutEmojiParts.match(invisible) ?? [];
	const shown = withoutEmojiParts.replace(invisible, '').replace(controls, '');
	const { text, found } = removeSecrets(shown);
	const findings: UntrustedFinding[] = hidden.map(({ what, text }) => finding('hidden_text', what, text));
	if (unseen.length > 0) {
		findings.push(finding('hidden_text', `${unseen.length} invisible characters`, readTags(unseen.join(''))));
	}
	for (const piece of [text, ...hidden.map((part) => part.text), readTags(unseen.join(''))]) {
		for (const pattern of instructions) {
			const match = pattern.exec(piece);
			if (match !== null) findings.push(finding('instruction_like', 'text that speaks to a model', match[0]));
		}
	}
	findings.push(...found);
	return { text: text + notice, findings };
}

function removeSecrets(text: string): { text: string; found: UntrustedFinding[] } {
	const found: UntrustedFinding[] = [];
	let clean = text;
	for (const { what, pattern } of secrets) {
		clean = clean.replace(pattern, () => {
			found.push({ kind: 'secret_like', what, excerpt: '' });
			return `(${what} removed)`;
		});
	}
	return { text: clean, found };
}

function finding(kind: UntrustedFinding['kind'], what: string, text: string): UntrustedFinding {
	const seen = removeSecrets(text.replace(invisible, '').replace(controls, '')).text.replace(/\s+/g, ' ').trim();
	return { kind, what, excerpt: seen.length > 200 ? `${seen.slice(0, 200)}…` : seen };
}

/** Tag characters spell ASCII invisibly: https://www.unicode.org/charts/PDF/UE0000.pdf. Read back, so that people see what was smuggled. */
function readTags(text: string): string {
	let read = '';
	for (const character of text) {
		const code = character.codePointAt(0) ?? 0;
		if (code >= 0xe0020 && code <= 0xe007e) read += String.fromCodePoint(code - 0xe0000);
	}
	return read;
}

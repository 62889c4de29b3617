import type { Language } from './language.ts';

/** A line of a source file, told apart: what a compiler reads, and what is said beside it. */
export interface SourceLine {
	/** 1-based. */
	number: number;
	raw: string;
	/** The code, with the insides of string literals left out. */
	code: string;
	/** The comments on the line, with their marks. */
	comment: string;
}

/** Characters of a line that are read, so that no line can make the patterns slow. What stands behind that column is not found. */
const lineLimit = 1_000;

type State = { in: 'code' } | { in: 'comment' } | { in: 'string'; end: string };

const hashComments: ReadonlySet<Language> = new Set(['python', 'ruby', 'shell', 'php', 'text']);
const slashComments: ReadonlySet<Language> = new Set([
	'javascript',
	'go',
	'rust',
	'jvm',
	'csharp',
	'php',
	'swift',
	'text',
]);

/**
 * The lines of a file without the insides of strings, so that a test about `.skip` is not a skipped test, and without comments, so
 * that an assertion behind `//` is none. A reader of lines and not a compiler: what it takes wrong, it takes wrong on both sides.
 */
export function readSource(text: string, language: Language): SourceLine[] {
	const templates: number[] = [];
	let state: State = { in: 'code' };
	return text.split(/\r\n?|\n/).map((whole, index) => {
		const raw = whole.slice(0, lineLimit);
		let [code, comment, at] = ['', '', 0];
		while (at < raw.length) {
			if (state.in === 'comment') {
				const end = raw.indexOf('*/', at);
				comment += raw.slice(at, end === -1 ? raw.length : end + 2);
				at = end === -1 ? raw.length : end + 2;
				if (end !== -1) state = { in: 'code' };
				continue;
			}
			if (state.in === 'string') {
				if (raw[at] === '\\') at += 2;
				else if (state.end === '`' && language === 'javascript' && raw.startsWith('${', at)) {
					templates.push(0);
					state = { in: 'code' };
					at += 2;
				} else if (raw.startsWith(state.end, at)) {
					code += state.end;
					at += state.end.length;
					state = { in: 'code' };
				} else at += 1;
				continue;
			}
			const rest = raw.slice(at);
			if (slashComments.has(language) && rest.startsWith('/*')) {
				state = { in: 'comment' };
				comment += '/*';
				at += 2;
				continue;
			}
			if (isLineComment(rest, raw[at - 1], language)) {
				comment += rest;
				break;
			}
			const open = templates.at(-1);
			if (open !== undefined && /^[{}]/.test(rest)) {
				if (rest[0] === '}' && open === 0) {
					templates.pop();
					state = { in: 'string', end: '`' };
					at += 1;
					continue;
				}
				templates[templates.length - 1] = open + (rest[0] === '{' ? 1 : -1);
			}
			const long = /^(?:"""|''')/.exec(rest)?.[0];
			if (long !== undefined && (language === 'python' || language === 'jvm' || language === 'swift')) {
				state = { in: 'string', end: long };
				code += long;
				at += 3;
				continue;
			}
			if (rest[0] === '`' && (language === 'javascript' || language === 'go')) {
				state = { in: 'string', end: '`' };
				code += '`';
				at += 1;
				continue;
			}
			const literal = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/.exec(rest)?.[0] ?? regexAt(rest, code, language);
			if (literal !== undefined) {
				code += literal[0] === '/' ? '/ /' : `${literal[0]}${literal[0]}`;
				at += literal.length;
				continue;
			}
			code += rest[0];
			at += 1;
		}
		return { number: index + 1, raw, code, comment };
	});
}

function isLineComment(rest: string, before: string | undefined, language: Language): boolean {
	if (rest.startsWith('//')) return slashComments.has(language) && (language !== 'text' || before !== ':');
	// In a shell and in PHP's attributes the hash has other uses too.
	if (!rest.startsWith('#') || !hashComments.has(language)) return false;
	return language === 'php' ? rest[1] !== '[' : before === undefined || language !== 'shell' || /\s|;/.test(before);
}

/** A regular expression of JavaScript may hold quotes: it stands where a value may begin. */
function regexAt(rest: string, code: string, language: Language): string | undefined {
	if (language !== 'javascript' || rest[0] !== '/') return undefined;
	if (!/(?:^|[(,=:[!&|?{};>]|\breturn)\s*$/.test(code)) return undefined;
	return /^\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/.exec(rest)?.[0];
}

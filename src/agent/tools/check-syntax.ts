import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Over this a file is not parsed: it would hold up everything else in this process. */
const mostCharacters = 400_000;

/** Says where and why a text does not parse; null when it does. */
type Parser = (text: string) => string | null;

const parsers: Record<string, Parser> = {
	'.json': parseJson,
	'.yml': parseYaml,
	'.yaml': parseYaml,
	...Object.fromEntries(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'].map((extension) => [extension, parseScript])),
};

/**
 * Where and why a file would no longer parse after a change; null when it would, when it did not before (a dialect that is not
 * known here, such as JSON with comments, never does), or when its kind has no parser here.
 */
export function findBrokenSyntax(file: string, before: string, after: string): string | null {
	const parse = parsers[path.extname(file).toLowerCase()];
	if (parse === undefined || before.trim() === '' || after.length > mostCharacters) return null;
	const broken = parse(after.replace(/^\uFEFF/, ''));
	if (broken === null || before.length > mostCharacters) return null;
	return parse(before.replace(/^\uFEFF/, '')) === null ? broken : null;
}

function parseJson(text: string): string | null {
	try {
		JSON.parse(text);
		return null;
	} catch (error) {
		return error instanceof Error ? error.message.slice(0, 200) : 'not JSON';
	}
}

function parseYaml(text: string): string | null {
	const documents = parseAllDocuments(text, { logLevel: 'silent' });
	if (!Array.isArray(documents)) return null;
	const [error] = documents.flatMap((document) => document.errors);
	return error === undefined ? null : (error.message.split('\n')[0] ?? 'not YAML');
}

/**
 * JavaScript or TypeScript by Node's own parser. JSX it does not know, nor what Node cannot strip, which is no fault of the text.
 * https://nodejs.org/api/module.html#modulestriptypescripttypescode-options
 */
function parseScript(text: string): string | null {
	const warn = process.emitWarning;
	// The first use warns on standard error that the function is experimental: nothing that an operator could act upon.
	process.emitWarning = () => {};
	try {
		stripTypeScriptTypes(text, { mode: 'strip' });
		return null;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX')) return null;
		const line = /^\S*:(\d+)$/m.exec(error.stack?.split('\n')[0] ?? '')?.[1];
		return line === undefined ? error.message : `line ${line}: ${error.message}`;
	} finally {
		process.emitWarning = warn;
	}
}

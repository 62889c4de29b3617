import type { Json } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import type { Place, YamlPath, YamlSource } from '../core/yaml-source.ts';
import { formatKey, shorten } from '../core/yaml-source.ts';
import type { ReferenceScope } from './check-references.ts';
import { checkReference } from './check-references.ts';
import type { ExpressionProblem } from './expression-facts.ts';
import { parseExpression } from './expression-facts.ts';
import { splitText } from './expression-source.ts';

function checkExpression(text: string, scope: ReferenceScope): ExpressionProblem[] {
	const parsed = parseExpression(text);
	const references = parsed.kind === 'ok' ? parsed.facts.references : parsed.references;
	const problems = parsed.kind === 'ok' ? [] : parsed.problems;
	return [...problems, ...references.flatMap((reference) => checkReference(reference, scope))];
}

/**
 * Where in the file a place of a value's text stands. Escapes and folded lines make it inexact within one value, so the anchor
 * is the nth `${{` (or the text's own start), found in what is written.
 */
function placeIn(source: YamlSource, path: YamlPath, text: string, nth: number | null, offset: number): Place {
	const written = source.writtenAt(path);
	if (written === null) return source.keyAt(path);
	let start = nth === null ? written.text.indexOf(text.split('\n')[0] ?? text) : -3;
	for (let count = 0; nth !== null && count <= nth; count++) start = written.text.indexOf('${{', start + 3);
	const within = Math.max(0, start) + (nth === null ? 0 : 3) + offset;
	return source.placeOf(written.offset + Math.min(within, written.text.length));
}

function toProblem(source: YamlSource, path: YamlPath, place: Place, problem: ExpressionProblem): Problem {
	const { message, expected, nearest } = problem;
	const value = problem.value === null ? null : shorten(problem.value);
	return { path: source.path, ...place, key: formatKey(path), value, expected, nearest, message };
}

function checkParts(source: YamlSource, path: YamlPath, text: string, scope: ReferenceScope): Problem[] {
	const expressions = splitText(text).filter((part) => part.kind !== 'literal');
	return expressions.flatMap((part, nth) => {
		const unclosed: ExpressionProblem = {
			offset: -3,
			message: 'an expression is opened and not closed',
			value: `\${{${part.text}`,
			expected: '}} at its end',
			nearest: null,
		};
		const found = part.kind === 'unclosed' ? [unclosed] : checkExpression(part.text, scope);
		return found.map((problem) => toProblem(source, path, placeIn(source, path, text, nth, problem.offset), problem));
	});
}

/** Checks every `${{ }}` in the strings of a value. */
export function checkValue(source: YamlSource, path: YamlPath, value: Json, scope: ReferenceScope): Problem[] {
	if (typeof value === 'string') return checkParts(source, path, value, scope);
	if (Array.isArray(value)) return value.flatMap((item, index) => checkValue(source, [...path, index], item, scope));
	if (value === null || typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([key, item]) => checkValue(source, [...path, key], item, scope));
}

/** A job's `if`, checked, as the bare expression: `${{ }}` around the whole of it is taken off, as GitHub does. */
export function checkCondition(
	source: YamlSource,
	path: YamlPath,
	condition: string | boolean,
	scope: ReferenceScope,
): { expression: string; problems: Problem[] } {
	const text = String(condition).trim();
	if (!text.includes('${{')) {
		const problems = checkExpression(text, scope).map((problem) =>
			toProblem(source, path, placeIn(source, path, text, null, problem.offset), problem),
		);
		return { expression: text, problems };
	}
	const parts = splitText(text);
	const [only] = parts;
	if (parts.length === 1 && only?.kind === 'expression') {
		return { expression: only.text.trim(), problems: checkParts(source, path, text, scope) };
	}
	// GitHub takes `${{ a }} == 'b'` for a text, and a text that is not empty is true, whatever a is.
	const message = `an if that is only partly inside \${{ }} would always be true`;
	const expected = `the whole condition inside one \${{ }}, or none of it`;
	const problem = { offset: -3, message, value: text, expected, nearest: null };
	return { expression: text, problems: [toProblem(source, path, source.valueAt(path), problem)] };
}

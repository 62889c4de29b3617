import type { Expr } from '@actions/expressions';
import { ExpressionError, Lexer, Parser } from '@actions/expressions';
import {
	Binary,
	ContextAccess,
	FunctionCall,
	Grouping,
	IndexAccess,
	Literal,
	Logical,
	Star,
	Unary,
} from '@actions/expressions/ast';
import type { Pos, Token } from '@actions/expressions/lexer';
import { TokenType } from '@actions/expressions/lexer';
import { findNearest } from '../core/nearest.ts';

export const contextNames = ['needs', 'run', 'config'] as const;
export const statusFunctions = ['success', 'failure', 'always', 'cancelled'] as const;
const valueFunctions = ['contains', 'startsWith', 'endsWith', 'format', 'join', 'toJSON', 'fromJSON', 'case'] as const;
export const functionNames: readonly string[] = [...statusFunctions, ...valueFunctions];

/** A property: by its name, `*` for all of them, or null when it is computed. */
export type PathSegment = string | null;

/** One reading of a context: `needs.plan.outputs.risk` is root `needs`, path `plan`, `outputs`, `risk`. */
export interface ExpressionReference {
	root: string;
	path: PathSegment[];
	/** Where it starts in the expression's text. */
	offset: number;
}

export interface ExpressionProblem {
	offset: number;
	message: string;
	value: string | null;
	expected: string;
	nearest: string | null;
}

/** What an expression reads and calls; function names in lower case. */
export interface ExpressionFacts {
	root: Expr;
	references: ExpressionReference[];
	functions: string[];
	usesStatus: boolean;
}

export type ParsedExpression =
	| { kind: 'ok'; facts: ExpressionFacts }
	/** `references` are those that could be read all the same. */
	| { kind: 'invalid'; problems: ExpressionProblem[]; references: ExpressionReference[] };

function offsetOf(text: string, position: Pos): number {
	let start = 0;
	for (let line = 0; line < position.line; line++) start = text.indexOf('\n', start) + 1;
	return start + position.column;
}

function isOneOf(names: readonly string[], name: string): boolean {
	return names.some((known) => known.toLowerCase() === name.toLowerCase());
}

/**
 * Names are checked here and not left to the parser: it stops at the first, and it looks functions up in a plain object, where
 * `constructor(…)` finds JavaScript's own.
 */
function findUnknownNames(text: string, tokens: Token[]): ExpressionProblem[] {
	const problems: ExpressionProblem[] = [];
	for (const [index, token] of tokens.entries()) {
		if (token.type !== TokenType.IDENTIFIER || tokens[index - 1]?.type === TokenType.DOT) continue;
		const called = tokens[index + 1]?.type === TokenType.LEFT_PAREN;
		const known = called ? functionNames : contextNames;
		if (isOneOf(known, token.lexeme)) continue;
		problems.push({
			offset: offsetOf(text, token.range.start),
			message: called ? 'unknown function' : 'unknown context',
			value: token.lexeme,
			expected: `one of ${known.join(', ')}`,
			nearest: findNearest(token.lexeme, known),
		});
	}
	return problems;
}

function segmentOf(index: Expr): PathSegment {
	if (index instanceof Star) return '*';
	return index instanceof Literal && index.literal.primitive ? index.literal.coerceString() : null;
}

function collect(text: string, node: Expr, facts: ExpressionFacts): void {
	if (node instanceof ContextAccess || node instanceof IndexAccess) {
		const path: PathSegment[] = [];
		let base: Expr = node;
		while (base instanceof IndexAccess) {
			path.unshift(segmentOf(base.index));
			if (!(base.index instanceof Star) && !(base.index instanceof Literal)) collect(text, base.index, facts);
			base = base.expr;
		}
		if (base instanceof ContextAccess) {
			facts.references.push({
				root: base.name.lexeme.toLowerCase(),
				path,
				offset: offsetOf(text, base.name.range.start),
			});
		} else {
			collect(text, base, facts);
		}
		return;
	}
	if (node instanceof FunctionCall) {
		facts.functions.push(node.functionName.lexeme.toLowerCase());
		for (const argument of node.args) collect(text, argument, facts);
	} else if (node instanceof Logical) {
		for (const argument of node.args) collect(text, argument, facts);
	} else if (node instanceof Binary) {
		collect(text, node.left, facts);
		collect(text, node.right, facts);
	} else if (node instanceof Unary) {
		collect(text, node.expr, facts);
	} else if (node instanceof Grouping) {
		collect(text, node.group, facts);
	}
}

function invalid(offset: number, message: string): ParsedExpression {
	return { kind: 'invalid', problems: [{ offset, message, value: null, expected: '', nearest: null }], references: [] };
}

/** Reads an expression (without `${{ }}`) by GitHub's own grammar. Never throws; all unknown names at once. */
export function parseExpression(text: string): ParsedExpression {
	if (text.trim() === '') return invalid(0, 'the expression is empty');
	try {
		const { tokens } = new Lexer(text).lex();
		const unknown = findUnknownNames(text, tokens);
		const names = unknown.map((problem) => problem.value ?? '');
		const status = statusFunctions.map((name) => ({ name, minArgs: 0, maxArgs: 0 }));
		const missing = names.map((name) => ({ name, minArgs: 0, maxArgs: 255 }));
		const root = new Parser(tokens, [...contextNames, ...names], [...status, ...missing]).parse();
		const facts: ExpressionFacts = { root, references: [], functions: [], usesStatus: false };
		collect(text, root, facts);
		if (unknown.length > 0) return { kind: 'invalid', problems: unknown, references: facts.references };
		facts.usesStatus = facts.functions.some((name) => isOneOf(statusFunctions, name));
		return { kind: 'ok', facts };
	} catch (error) {
		if (error instanceof ExpressionError) {
			return invalid(offsetOf(text, error.pos), error.message);
		}
		const message = error instanceof Error ? error.message : String(error);
		const readable = message === 'ErrorExceededMaxLength' ? 'the expression is longer than 21,000 characters' : message;
		return invalid(0, readable);
	}
}

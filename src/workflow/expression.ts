import type { Expr } from '@actions/expressions';
import { data, Evaluator, wellKnownFunctions } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { truthy } from '@actions/expressions/result';
import { Fault } from '../core/fault.ts';
import type { Json } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ExpressionFacts } from './expression-facts.ts';
import { parseExpression } from './expression-facts.ts';
import { splitText } from './expression-source.ts';

/** What expressions may read. `status` tells whether any job needed, directly or
 * not, failed or was cancelled; the status functions answer by it. */
export interface ExpressionContexts {
	needs: Record<
		string,
		{
			result: 'success' | 'failure' | 'cancelled' | 'skipped';
			outcome: Outcome | null;
			outputs: Record<string, Json>;
		}
	>;
	run: Json;
	config: Json;
	status: 'success' | 'failure' | 'cancelled';
}

/** Characters that one expression may produce: nested `format` calls would otherwise double a text fifty times. */
const resultLimit = 1024 * 1024;

/** Built by `add`: the library's constructors spread their arguments, which overflows the stack on long lists. */
function toData(value: Json): data.ExpressionData {
	if (value === null) return new data.Null();
	if (typeof value === 'string') return new data.StringData(value);
	if (typeof value === 'number') return new data.NumberData(value);
	if (typeof value === 'boolean') return new data.BooleanData(value);
	if (Array.isArray(value)) {
		const list = new data.Array();
		for (const item of value) list.add(toData(item));
		return list;
	}
	const dictionary = new data.Dictionary();
	for (const [key, item] of Object.entries(value)) dictionary.add(key, toData(item));
	return dictionary;
}

function toJson(value: data.ExpressionData): Json {
	if (value instanceof data.Null) return null;
	if (value instanceof data.StringData || value instanceof data.BooleanData) return value.value;
	if (value instanceof data.NumberData) return Number.isFinite(value.value) ? value.value : null;
	if (value instanceof data.Array) return value.values().map(toJson);
	return Object.fromEntries(value.pairs().map((pair) => [pair.key, toJson(pair.value)]));
}

function lengthOf(value: data.ExpressionData | undefined): number {
	if (value === undefined) return 0;
	if (value instanceof data.Array) return value.values().reduce((sum, item) => sum + lengthOf(item) + 1, 0);
	return value.primitive ? value.coerceString().length : 16;
}

/** GitHub's own function, refused before it runs when `bound` says that its result could be too long. */
function limited(name: string, bound: (args: data.ExpressionData[]) => number): FunctionDefinition {
	const original = wellKnownFunctions[name];
	if (original === undefined) throw new Error(`@actions/expressions has no function ${name}`);
	return {
		...original,
		call: (...args) => {
			if (bound(args) > resultLimit) throw new Error(`${name} would produce more than ${resultLimit} characters`);
			return original.call(...args);
		},
	};
}

const limitedFunctions: FunctionDefinition[] = [
	limited('format', ([pattern, ...values]) => {
		const placeholders = (pattern?.coerceString().match(/\{\d/g) ?? []).length;
		return lengthOf(pattern) + placeholders * Math.max(0, ...values.map(lengthOf));
	}),
	limited('join', ([list, separator]) => {
		const items = list instanceof data.Array ? list.values().length : 0;
		return lengthOf(list) + items * (separator === undefined ? 1 : lengthOf(separator));
	}),
];

/** As on GitHub, a need that was skipped is no failure, but no success either. */
function isSuccess(contexts: ExpressionContexts): boolean {
	return contexts.status === 'success' && Object.values(contexts.needs).every((need) => need.result === 'success');
}

function functionsFor(contexts: ExpressionContexts): Map<string, FunctionDefinition> {
	const answers = {
		success: isSuccess(contexts),
		failure: contexts.status === 'failure',
		always: true,
		cancelled: contexts.status === 'cancelled',
	};
	const functions = new Map(limitedFunctions.map((definition) => [definition.name.toLowerCase(), definition]));
	for (const [name, answer] of Object.entries(answers)) {
		functions.set(name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) });
	}
	return functions;
}

function quote(text: string): string {
	const trimmed = text.trim();
	return JSON.stringify(trimmed.length > 200 ? `${trimmed.slice(0, 200)}…` : trimmed);
}

function evaluate(root: Expr, text: string, contexts: ExpressionContexts): data.ExpressionData {
	const dictionary = new data.Dictionary();
	dictionary.add('needs', toData(contexts.needs));
	dictionary.add('run', toData(contexts.run));
	dictionary.add('config', toData(contexts.config));
	try {
		return new Evaluator(root, dictionary, functionsFor(contexts)).evaluate();
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new Fault('permanent', `The expression ${quote(text)} cannot be evaluated: ${reason}`, {
			cause,
		});
	}
}

function parseOrThrow(text: string): ExpressionFacts {
	const parsed = parseExpression(text);
	if (parsed.kind === 'ok') return parsed.facts;
	const reasons = parsed.problems.map((problem) => `${problem.message}${problem.value ? ` ${problem.value}` : ''}`);
	throw new Fault('permanent', `The expression ${quote(text)} is invalid: ${reasons.join('; ')}`);
}

/**
 * Whether a job is to run. `expression` is the job's `if` without `${{ }}`; null, and every expression that calls none of
 * success(), failure(), always() and cancelled(), implies success(), as on GitHub.
 * @throws Fault permanent when it cannot be evaluated (`fromJSON` of something else).
 */
export function evaluateIf(expression: string | null, contexts: ExpressionContexts): boolean {
	if (expression === null) return isSuccess(contexts);
	const facts = parseOrThrow(expression);
	if (!facts.usesStatus && !isSuccess(contexts)) return false;
	return truthy(evaluate(facts.root, expression, contexts));
}

function interpolateText(text: string, contexts: ExpressionContexts): Json {
	const parts = splitText(text);
	const results = parts.map((part) => {
		if (part.kind === 'literal') return new data.StringData(part.text);
		if (part.kind === 'unclosed') throw new Fault('permanent', `"\${{" is not closed in ${quote(text)}`);
		return evaluate(parseOrThrow(part.text).root, part.text, contexts);
	});
	const [only] = results;
	if (results.length === 1 && only !== undefined) return toJson(only);
	return results.map((result) => result.coerceString()).join('');
}

/**
 * The value with every `${{ }}` in its strings replaced, once: a result is never read as an expression again, whatever an issue
 * made it contain. A string that is exactly one `${{ }}` becomes the expression's value with its type; inside a longer text null
 * becomes nothing, and lists and maps become `Array` and `Object`, as on GitHub. Keys stay as they are.
 * @throws Fault permanent when an expression cannot be evaluated.
 */
export function interpolate(value: Json, contexts: ExpressionContexts): Json {
	if (typeof value === 'string') return value.includes('${{') ? interpolateText(value, contexts) : value;
	if (Array.isArray(value)) return value.map((item) => interpolate(item, contexts));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, contexts)]));
}

import type { Json } from '../core/json.ts';
import { findNearest } from '../core/nearest.ts';
import { Policy } from '../core/policy.ts';
import { childSchema, knownKeys } from '../core/schema-keys.ts';
import type { StepKind } from '../core/step-kind.ts';
import { stepKindFacts } from '../core/step-kind.ts';
import type { ExpressionProblem, ExpressionReference, PathSegment } from './expression-facts.ts';

/** The jobs whose results an expression may read: its job's direct needs, and all others for better messages. */
export interface ReferenceScope {
	/** Null: its kind is not known, because that job has a mistake of its own. */
	needs: ReadonlyMap<string, StepKind | null>;
	jobs: ReadonlySet<string>;
}

/** What `run` holds. An empty map is a plain value. */
const runShape = { id: {}, workflow: {}, requester: {}, subject: { kind: {}, number: {}, title: {} } };

function unknown(reference: ExpressionReference, what: string, name: string, known: string[]): ExpressionProblem {
	return {
		offset: reference.offset,
		message: `unknown ${what}`,
		value: name,
		expected: known.length === 0 ? '' : `one of ${known.join(', ')}`,
		nearest: findNearest(name.slice(name.lastIndexOf('.') + 1), known),
	};
}

/** The name as it is spelt where it was declared: names in expressions ignore case, as on GitHub. */
function spelling(name: string, known: Iterable<string>): string | undefined {
	return [...known].find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}

function computed(reference: ExpressionReference, where: string): ExpressionProblem {
	const message = `a computed name in ${where} cannot be checked before the run`;
	return { offset: reference.offset, message, value: null, expected: 'the name itself, or `*`', nearest: null };
}

function formatPath(reference: ExpressionReference, length: number): string {
	return [reference.root, ...reference.path.slice(0, length).map((segment) => segment ?? '…')].join('.');
}

function checkOutputs(
	reference: ExpressionReference,
	job: StepKind | null | '*',
	output: PathSegment | undefined,
	scope: ReferenceScope,
): ExpressionProblem[] {
	if (output === undefined || output === '*') return [];
	if (output === null) return [computed(reference, 'outputs')];
	const kinds = job === '*' ? [...scope.needs.values()] : [job];
	if (kinds.includes(null)) return [];
	const known = [...new Set(kinds.flatMap((kind) => (kind === null ? [] : stepKindFacts[kind].outputs)))];
	if (spelling(output, known) !== undefined) return [];
	return [unknown(reference, job === '*' ? 'output' : `output of ${job}`, formatPath(reference, 3), known)];
}

function checkNeeds(reference: ExpressionReference, scope: ReferenceScope): ExpressionProblem[] {
	const [job, property, output] = reference.path;
	if (job === undefined) return [];
	if (job === null) return [computed(reference, 'needs')];
	const id = job === '*' ? '*' : spelling(job, scope.needs.keys());
	if (id === undefined) {
		const declared = spelling(job, scope.jobs);
		if (declared === undefined) return [unknown(reference, 'job', formatPath(reference, 1), [...scope.needs.keys()])];
		const message = `${declared} is not in this job's needs; only jobs named there can be read`;
		const value = formatPath(reference, 1);
		return [{ offset: reference.offset, message, value, expected: `needs to name ${declared}`, nearest: null }];
	}
	if (property === undefined || property === '*') return [];
	if (property === null) return [computed(reference, `needs.${job}`)];
	const known = ['result', 'outcome', 'outputs'];
	const name = spelling(property, known);
	if (name === undefined) return [unknown(reference, 'property of a job', formatPath(reference, 2), known)];
	if (name !== 'outputs') return [];
	return checkOutputs(reference, id === '*' ? '*' : (scope.needs.get(id) ?? null), output, scope);
}

function checkRun(reference: ExpressionReference): ExpressionProblem[] {
	let shape: { [key: string]: Json } = runShape;
	for (const [index, segment] of reference.path.entries()) {
		if (segment === null || segment === '*') return [];
		const known = Object.keys(shape);
		const name = spelling(segment, known);
		if (name === undefined) return [unknown(reference, 'property of the run', formatPath(reference, index + 1), known)];
		const inner = shape[name];
		if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return [];
		shape = inner;
	}
	return [];
}

function checkConfig(reference: ExpressionReference): ExpressionProblem[] {
	let schema: Parameters<typeof knownKeys>[0] | null = Policy;
	for (const [index, segment] of reference.path.entries()) {
		if (segment === null || segment === '*' || schema === null) return [];
		const known = knownKeys(schema);
		const name: string | undefined = known === null ? segment : spelling(segment, known);
		if (name === undefined) {
			return [unknown(reference, 'key of the configuration', formatPath(reference, index + 1), known ?? [])];
		}
		schema = childSchema(schema, name);
	}
	return [];
}

/** Whether a reading of a context can ever find something; every mistake that can be known before a run. */
export function checkReference(reference: ExpressionReference, scope: ReferenceScope): ExpressionProblem[] {
	if (reference.root === 'needs') return checkNeeds(reference, scope);
	if (reference.root === 'run') return checkRun(reference);
	return reference.root === 'config' ? checkConfig(reference) : [];
}

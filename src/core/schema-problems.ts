import type { z } from 'zod';
import type { Json } from './json.ts';
import { findNearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { knownKeys, schemaAt } from './schema-keys.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';
import { formatKey, shorten } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

const typeNames: Record<string, string> = {
	string: 'a text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'a map',
	record: 'a map',
};

function expectedLimit(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
	const small = issue.code === 'too_small';
	const limit = Number(small ? issue.minimum : issue.maximum);
	if (issue.origin === 'string') return small ? 'a text that is not empty' : `at most ${limit} characters`;
	if (issue.origin === 'array') return small ? `a list of at least ${limit}` : `a list of at most ${limit}`;
	if (issue.inclusive !== true) return small ? `more than ${limit}` : `less than ${limit}`;
	return small ? `at least ${limit}` : `at most ${limit}`;
}

function expectedOf(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			return typeNames[issue.expected] ?? issue.expected;
		case 'invalid_value':
			return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
		case 'too_small':
		case 'too_big':
			return expectedLimit(issue);
		case 'invalid_format':
			return `a text of the form ${issue.pattern ?? issue.format}`;
		case 'invalid_union':
			return [...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectedOf)))].join(' or ');
		case 'invalid_key':
			return issue.issues.map(expectedOf).join(' or ');
		case 'custom':
			return issue.message;
		default:
			return issue.message;
	}
}

function valueAt(value: Json | undefined, path: YamlPath): Json | undefined {
	let current = value;
	for (const key of path) {
		if (current === null || typeof current !== 'object') return undefined;
		if (Array.isArray(current)) current = typeof key === 'number' ? current[key] : undefined;
		else current = Object.hasOwn(current, key) ? current[String(key)] : undefined;
	}
	return current;
}

/** A union's issue as the issues of the one form that was meant: the one whose own type fits and that fails further inside. */
function expandUnion(issue: Issue): Issue[] {
	if (issue.code !== 'invalid_union') return [issue];
	const meant = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0));
	if (meant === undefined) return [issue];
	return meant.flatMap((inner) => expandUnion({ ...inner, path: [...issue.path, ...inner.path] }));
}

function messageOf(issue: Issue, value: Json | undefined): string {
	if (value === undefined) return 'this key is missing';
	if (issue.code === 'invalid_type') return 'the type is wrong';
	if (issue.code === 'invalid_key') return 'this name cannot be used';
	if (issue.code === 'too_small' || issue.code === 'too_big') return 'the value is out of range';
	return 'the value is not valid';
}

/**
 * Says what is wrong with `value` by the schema, in people's words and with places in the file that it was read from. `prefix` is
 * where in the file the value stands. Empty when all is well.
 */
export function findSchemaProblems(
	schema: z.core.$ZodType & { safeParse(value: unknown): { success: boolean; error?: { issues: Issue[] } } },
	value: Json,
	source: YamlSource,
	prefix: YamlPath = [],
): Problem[] {
	const issues = schema.safeParse(value).error?.issues ?? [];
	return issues.flatMap(expandUnion).flatMap((issue): Problem[] => {
		const inner = issue.path.filter((key) => typeof key !== 'symbol');
		const path = [...prefix, ...inner];
		if (issue.code === 'unrecognized_keys') {
			const parent = schemaAt(schema, inner);
			const known = (parent === null ? null : knownKeys(parent)) ?? [];
			return issue.keys.map((name) => ({
				path: source.path,
				...source.keyAt([...path, name]),
				key: formatKey([...path, name]),
				value: null,
				expected: known.length === 0 ? '' : `one of ${known.join(', ')}`,
				nearest: findNearest(name, known),
				message: 'unknown key',
			}));
		}
		const found = valueAt(value, inner);
		const text = found === undefined || issue.code === 'invalid_key' ? null : shorten(found);
		const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
		return [
			{
				path: source.path,
				...(found === undefined || issue.code === 'invalid_key' ? source.keyAt(path) : source.valueAt(path)),
				key: formatKey(path),
				value: text,
				expected: expectedOf(issue),
				nearest: typeof found === 'string' ? findNearest(found, values) : null,
				message: messageOf(issue, found),
			},
		];
	});
}

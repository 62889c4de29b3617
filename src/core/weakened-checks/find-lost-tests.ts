import { isTestPath } from '../cap-facts.ts';
import type { ChangedText } from './changed-text.ts';
import { type FoundTest, findTests, type TestFile } from './find-tests.ts';
import { languageOf } from './language.ts';
import type { SourceLine } from './read-source.ts';
import { hollowAssertion, testSyntax } from './test-syntax.ts';
import type { WeakenedCheck } from './weakened-check.ts';

/**
 * Tests and assertions that the base has and the head has nowhere, in all changed files taken together: what moved, was renamed or
 * went into a helper is not lost.
 */
export function findLostTests(files: readonly ChangedText[]): WeakenedCheck[] {
	const base = files.flatMap(({ path, base: text }) => (text === null ? [] : [findTests(path, text)]));
	const head = files.flatMap(({ path, head: text }) => (text === null ? [] : [findTests(path, text)]));
	const pairs = pairTests(base, head);
	const kept = new Set(pairs.map(([, after]) => after));
	const fresh = head.flatMap(({ tests }) => tests).filter((test) => !kept.has(test));
	const paths = new Set([...base, ...head].map(({ path }) => path));
	const othersOf = (side: readonly TestFile[], path: string) => side.find((file) => file.path === path)?.others ?? [];
	const units: Unit[] = [
		...pairs.flatMap(([before, after]) =>
			after === null ? [] : [{ path: before.path, before: before.assertions, after: after.assertions }],
		),
		...fresh.map(({ path, assertions }) => ({ path, before: [], after: assertions })),
		...[...paths].map((path) => ({ path, before: othersOf(base, path), after: othersOf(head, path) })),
	];
	const spare = countFresh(units);
	const lost = pairs.filter(([, after]) => after === null).map(([before]) => gone(before));
	return [
		...lost,
		...units.flatMap((unit) => compare(unit, spare)),
		...findDeleted(files, base),
		...findHollow(base, head),
	];
}

/** What is compared: a test with what it is now, or the helpers of a file. */
interface Unit {
	path: string;
	before: readonly SourceLine[];
	after: readonly SourceLine[];
}

/** Every test of the base with what it is now: by name, in the same file first; else the new test that says much the same. */
function pairTests(base: readonly TestFile[], head: readonly TestFile[]): [FoundTest, FoundTest | null][] {
	const open = new Set(head.flatMap(({ tests }) => tests));
	const pairs = new Map<FoundTest, FoundTest | null>(base.flatMap(({ tests }) => tests.map((test) => [test, null])));
	const ways: ((a: FoundTest, b: FoundTest) => boolean)[] = [
		(a, b) => a.name === b.name && a.path === b.path,
		(a, b) => a.name === b.name,
		isAlike,
	];
	for (const isSame of ways) {
		for (const [before, after] of pairs) {
			if (after !== null) continue;
			const match = [...open].find((one) => isSame(before, one));
			if (match === undefined) continue;
			pairs.set(before, match);
			open.delete(match);
		}
	}
	return [...pairs];
}

/** At least half of what the test said, without the line that names it, is said by the other. */
function isAlike(before: FoundTest, after: FoundTest): boolean {
	const lines = before.body.slice(1).filter((line) => /\w/.test(line));
	const there = new Set(after.body);
	return lines.length > 0 && lines.filter((line) => there.has(line)).length * 2 >= lines.length;
}

function gone({ path, name, first, body }: FoundTest): WeakenedCheck {
	return { kind: 'test-removed', path, line: first + 1, side: 'base', text: body[0] ?? name };
}

/** Assertions by text that the head has where the base had them not: where one may have gone. */
function countFresh(units: readonly Unit[]): Map<string, number> {
	const fresh = new Map<string, number>();
	for (const { before, after } of units) {
		for (const { raw } of without(after, before)) fresh.set(raw.trim(), (fresh.get(raw.trim()) ?? 0) + 1);
	}
	return fresh;
}

function compare({ path, before, after }: Unit, spare: Map<string, number>): WeakenedCheck[] {
	const missing = without(before, after);
	const fresh = without(after, before);
	const loosened = missing.filter((old) => fresh.some((one) => isLooser(old.raw, one.raw)));
	const moved = missing.filter(({ raw }) => {
		const count = spare.get(raw.trim()) ?? 0;
		if (count <= 0 || fresh.some((one) => one.raw.trim() === raw.trim())) return false;
		spare.set(raw.trim(), count - 1);
		return true;
	});
	const removed = missing.filter((line) => !moved.includes(line) && !loosened.includes(line));
	const lost = Math.max(0, missing.length - moved.length - fresh.length);
	const point = (kind: 'assertion-removed' | 'assertion-loosened', { number, raw }: SourceLine): WeakenedCheck => ({
		kind,
		path,
		line: number,
		side: 'base',
		text: raw.trim(),
	});
	return [
		...loosened.map((line) => point('assertion-loosened', line)),
		...removed.slice(0, lost).map((line) => point('assertion-removed', line)),
	];
}

function without(lines: readonly SourceLine[], others: readonly SourceLine[]): SourceLine[] {
	const left = others.map(({ raw }) => raw.trim());
	return lines.filter(({ raw }) => {
		const at = left.indexOf(raw.trim());
		if (at !== -1) left.splice(at, 1);
		return at === -1;
	});
}

const strict = /\.(?:toBe|toEqual|toStrictEqual|toHaveLength|toMatchObject|toThrow|toHaveBeenCalledWith)\(\s*[^)\s]/;
const loose =
	/\.(?:toBeDefined|toBeTruthy|toBeFalsy|toThrow|toHaveBeenCalled)\(\s*\)|\.not\.(?:toBeNull|toBeUndefined|toThrow)\(\s*\)|\bexpect\.any(?:thing)?\(/;

/** The same value, held to less. */
function isLooser(before: string, after: string): boolean {
	const subject = (text: string) => /\bexpect\((.*?)\)\s*\.(?:\w+\.)*\w+\(/.exec(text)?.[1];
	if (strict.test(before) && loose.test(after))
		return subject(before) !== undefined && subject(before) === subject(after);
	const compared = /\bassert\s+(.+?)\s*(?:==|is)\s/.exec(before)?.[1];
	if (compared !== undefined) return /\bassert\s+(.+?)(?:\s+is not None)?\s*$/.exec(after)?.[1] === compared;
	const equal = /\bassert\.(?:strictEqual|deepStrictEqual|equal|deepEqual)\(\s*([^,]+),/.exec(before)?.[1];
	return (
		equal !== undefined && /\bassert(?:\.ok)?\(\s*([^,)]+\)?)\s*\)/.exec(after)?.[1]?.startsWith(equal.trim()) === true
	);
}

/** Test files that are gone in which no test or assertion could be told: fixtures, tests of unknown kinds. */
function findDeleted(files: readonly ChangedText[], base: readonly TestFile[]): WeakenedCheck[] {
	const added = new Set(files.filter((file) => file.base === null).map((file) => file.head?.trim()));
	return files
		.filter(({ path, base: text, head }) => {
			if (head !== null || text === null || !isTestPath(path) || added.has(text.trim())) return false;
			const known = base.find((file) => file.path === path);
			return known !== undefined && known.tests.length === 0 && known.others.length === 0;
		})
		.map(({ path }) => ({ kind: 'test-removed', path, line: null, side: 'base', text: '' }));
}

function findHollow(base: readonly TestFile[], head: readonly TestFile[]): WeakenedCheck[] {
	const known = new Set(base.flatMap(({ lines }) => lines.map(({ raw }) => raw.trim())));
	return head.flatMap(({ path, lines, tests }) =>
		lines
			.filter(({ code, raw }) => testSyntax[languageOf(path)].assertion.test(code) && hollowAssertion.test(raw))
			.filter(({ raw, number }) => !known.has(raw.trim()) && isInTest(path, tests, number))
			.map(({ raw, number }) => ({ kind: 'assertion-hollow', path, line: number, side: 'head', text: raw.trim() })),
	);
}

function isInTest(path: string, tests: readonly FoundTest[], number: number): boolean {
	return isTestPath(path) || tests.some(({ first, last }) => first < number && number <= last + 1);
}

import { isTestPath } from '../cap-facts.ts';
import type { ChangedText } from './changed-text.ts';
import { diffLines } from './diff-lines.ts';
import { findTests, indentOf, type TestFile } from './find-tests.ts';
import { languageOf } from './language.ts';
import type { SourceLine } from './read-source.ts';
import { coverageComment, ruleCode, ruleComment } from './rule-comments.ts';
import { testSyntax } from './test-syntax.ts';
import type { WeakenedCheck, Weakening } from './weakened-check.ts';

interface Marker {
	kind: Weakening;
	/** What makes two of them the same one, moved. */
	key: string;
}

/** Marks in the code that turn a test or a rule off, and are new: what the change took away elsewhere has moved. */
export function findMarkers(files: readonly ChangedText[]): WeakenedCheck[] {
	const taken = new Map<string, number>();
	const bases = files.map(({ base }) => base ?? '').join('\n');
	const candidates: { marker: Marker; check: WeakenedCheck }[] = [];
	for (const file of files) {
		const base = findTests(file.path, file.base ?? '');
		const head = findTests(file.path, file.head ?? '');
		const { added, removed } = diffLines(rawOf(base), rawOf(head));
		for (const index of removed) {
			for (const { kind, key } of markersOf(file, base, index, null)) {
				taken.set(`${kind} ${key}`, (taken.get(`${kind} ${key}`) ?? 0) + 1);
			}
		}
		for (const index of added) {
			for (const marker of markersOf(file, head, index, bases)) {
				const text = head.lines[index]?.raw.trim() ?? '';
				const check: WeakenedCheck = { kind: marker.kind, path: file.path, line: index + 1, side: 'head', text };
				candidates.push({ marker, check });
			}
		}
	}
	return candidates
		.filter(({ marker: { kind, key } }) => {
			const count = taken.get(`${kind} ${key}`) ?? 0;
			taken.set(`${kind} ${key}`, count - 1);
			return count <= 0;
		})
		.map(({ check }) => check);
}

function rawOf({ lines }: TestFile): string[] {
	return lines.map(({ raw }) => raw);
}

/** @param bases what the base says, to tell what is new from what is old; null: every marker counts. */
function markersOf(file: ChangedText, from: TestFile, index: number, bases: string | null): Marker[] {
	const line = from.lines[index];
	if (line === undefined) return [];
	const { code, comment, raw } = line;
	const found: Marker[] = [];
	const add = (kind: Weakening, key: string) => found.push({ kind, key: key.trim() });
	if (ruleComment.test(comment) && !(isTestPath(file.path) && /@ts-expect-error/.test(comment)))
		add('rule-disabled', comment);
	if (ruleCode.test(code)) add('rule-disabled', raw);
	if (coverageComment.test(comment)) add('file-excluded', comment);
	if (languageOf(file.path) === 'go' && /^\/\/\s*(?:go:build|\+build)\s+ignore\b/.test(comment))
		add('file-excluded', comment);
	if (!isTestPath(file.path) && from.tests.length === 0) return found;
	const { skip, skipIf, focus, exit } = testSyntax[languageOf(file.path)];
	const guarded = /^\s*(?:\}\s*else\s+)?(?:if|unless|elif|else)\b/.test(code) || isUnderCondition(from.lines, index);
	const isOld = () => bases === null || saysOf(from, index).some((name) => bases.includes(name));
	if (focus?.test(code)) add('test-focused', raw);
	if (skip?.test(code) && (!guarded || isOld())) add('test-skipped', raw);
	else if (skipIf?.test(code) && isOld()) add('test-skipped', raw);
	else if (/^\s*return\s*;?\s*$/.test(code) && !guarded && isBodyOf(from, index) && isOld()) add('test-skipped', raw);
	if (exit?.test(code) && !guarded && file.base !== null) add('failure-ignored', raw);
	return found;
}

/** Whether the nearest line that this one is indented under is a condition. */
function isUnderCondition(lines: readonly SourceLine[], index: number): boolean {
	for (let at = index - 1; at >= 0; at -= 1) {
		const line = lines[at];
		if (line === undefined || line.code.trim() === '' || indentOf(line) >= indentOf(lines[index])) continue;
		return /\b(?:if|unless|elif|else|case|catch|except)\b/.test(line.code);
	}
	return false;
}

/** Names by which the marked test is known: its own, and those that the line or the next ones give. */
function saysOf({ tests, lines }: TestFile, index: number): string[] {
	const around = tests.filter(({ first, last }) => first <= index && index <= last).map(({ name }) => name);
	if (around.length > 0) return around.slice(-1);
	const near = lines
		.slice(index, index + 3)
		.map(({ raw }) => raw)
		.join('\n');
	const named = /(?:\bclass|\bdef|\bfn|\bfunc)\s+(\w+)|["'`]([^"'`\n]{3,})["'`]/.exec(near);
	return [named?.[1] ?? named?.[2] ?? lines[0]?.raw ?? ''];
}

/** Whether a line stands directly in the body of a test, where a `return` ends it. */
function isBodyOf({ tests, lines }: TestFile, index: number): boolean {
	const test = tests.findLast(({ first, last }) => first < index && index < last);
	if (test === undefined) return false;
	const opening = lines.slice(test.first, index).find(({ raw }) => raw.trim() === test.body[0]);
	const body = lines.slice(opening?.number ?? test.first, test.last).find(({ raw }) => raw.trim() !== '');
	return indentOf(body) === indentOf(lines[index]);
}

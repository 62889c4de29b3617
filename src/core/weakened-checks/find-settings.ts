import { isTestPath } from '../cap-facts.ts';
import type { ChangedText } from './changed-text.ts';
import { diffLines } from './diff-lines.ts';
import { isCheckConfig, isContinuousIntegration, isIgnoreFile, isScript } from './file-kinds.ts';
import { languageOf } from './language.ts';
import { readSource } from './read-source.ts';
import type { WeakenedCheck } from './weakened-check.ts';

const number = /([\w.-]*\w)["']?\)?\s*(?:[:=(]|\s)\s*["']?(\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)/gi;
const floors =
	/^(?:branches|lines|functions|statements|coverage|fail[_-]?under|cov-fail-under|minimum\w*|min_coverage|target|threshold|high|break|mutationScore|toBeCloseTo|numRuns|max_examples)$/i;
const ceilings =
	/^(?:(?:\w*\.)?(?:setTimeout|timeout)|(?:test|hook|default|navigation|action)?_?-?timeout(?:Ms|_ms|-minutes)?|retr(?:y|ies)|(?:test)?Retries|retryTimes|reruns|max-?_?warnings|tolerance|rtol|atol|rel|abs|delta|epsilon|maxDiffPixels|maxDiffPixelRatio|max-complexity|complexity|max-?_?lines?\w*|max-line-length|max_line_length|maxSize|maxDuration\w*)$/i;

const ignoresFailure =
	/\|\|\s*(?:true|:|exit\s+0|echo\b)|;\s*(?:true|exit\s+0)\s*(?:["'&]|$)|^\s*(?:-\s*)?exit\s+0\s*$|^\s*["']?[\w:-]+["']?\s*:\s*["'](?:exit 0|true|:|echo [^&|;]*)["'],?\s*$|\bset\s+\+e\b|continue-on-error:\s*true|allow_failure:\s*true|--(?:passWithNoTests|pass-with-no-tests|exit-zero|no-verify|no-fail|no-error-on-unmatched-pattern)\b|passWithNoTests['"]?\s*:\s*true|-DskipTests\b|-Dmaven\.test\.skip|(?:ignoreFailures|testFailureIgnore|ignoreExitValue)\s*(?:=|>)\s*true|^\t-\w/;
const excludes =
	/(?:^|[\s"'.[{,(])(?:exclude\w*|ignore\w*|\w*ignore_?(?:patterns|paths)|testPathIgnorePatterns|coveragePathIgnorePatterns|modulePathIgnorePatterns|per-file-ignores|omit|norecursedirs|collect_ignore\w*|skip|disable[ds]?|disabled_rules|extend-ignore|extend-exclude|global_?ignores)["']?\s*[:=(\])]|--(?:ignore|exclude|deselect|ignore-pattern|skip|grep-invert|invert)\b|\s-k\s*["']?not\b|["']!\S/i;
const ruleOff =
	/["']?[@\w/-]+["']?\s*:\s*(?:["']off["']|\[?\s*["']?(?:off|0)\b)|["']?(?:enabled|enable|recommended|strict|no(?!Emit)[A-Z]\w+|strict[A-Z]\w+|exactOptional\w+|check_untyped_defs|disallow_\w+|warn_\w+)["']?\s*[:=]\s*(?:false|False|0)\b|["']?ignore_?errors["']?\s*[:=]\s*(?:true|True)/i;
const ruleOn =
	/^\s*["']?([@\w/.-]+)["']?\s*[:=]\s*\[?\s*(?:["'](?:error|warn|on)["']|error\b|warn\b|[12]\b|true\b|True\b)/;

/** Settings, scripts and limits that let more pass than before. New files weaken nothing, but for those that check tools read. */
export function findSettings(file: ChangedText): WeakenedCheck[] {
	const { path, base, head } = file;
	if (head === null) return isContinuousIntegration(path) ? [edited(path)] : [];
	const [config, script] = [isCheckConfig(path), isScript(path)];
	const ci = isContinuousIntegration(path);
	const found: WeakenedCheck[] = ci ? [edited(path)] : [];
	if (isIgnoreFile(path)) {
		const { added } = diffLines((base ?? '').split('\n'), head.split('\n'));
		const lines = head.split('\n');
		for (const index of added) {
			const text = lines[index]?.trim() ?? '';
			if (!/^[#!]/.test(text)) found.push({ kind: 'file-excluded', path, line: index + 1, side: 'head', text });
		}
	}
	if (!config && !script && !ci && !isTestPath(path)) return found;
	const [before, after] = [readSource(base ?? '', languageOf(path)), readSource(head, languageOf(path))];
	const { added, removed } = diffLines(
		before.map(({ raw }) => raw),
		after.map(({ raw }) => raw),
	);
	const push = (kind: WeakenedCheck['kind'], index: number, side: 'base' | 'head') => {
		const line = (side === 'base' ? before : after)[index];
		if (line !== undefined) found.push({ kind, path, line: line.number, side, text: line.raw.trim() });
	};
	const visible = ({ raw, comment }: { raw: string; comment: string }) => raw.slice(0, raw.length - comment.length);
	const old = removed.map((index) => ({
		index,
		numbers: numbersOf(visible(before[index] ?? { raw: '', comment: '' })),
	}));
	for (const index of added) {
		const line = after[index];
		if (line === undefined) continue;
		const text = visible(line);
		const numbers = numbersOf(text);
		const loosened = numbers.some(({ key, value }, at) => {
			const was = old.flatMap((one) => one.numbers).find((one) => one.key === key && one.at === numbers[at]?.at);
			if (floors.test(key)) return was !== undefined && value < was.value;
			if (!ceilings.test(key)) return false;
			return was === undefined ? config && /retr|reruns/i.test(key) && value > 0 && base !== null : value > was.value;
		});
		if (loosened) push('threshold-loosened', index, 'head');
		if ((script || ci || config) && ignoresFailure.test(text)) push('failure-ignored', index, 'head');
		if (config && (excludes.test(text) || excludes.test(keyAbove(after, index)))) push('file-excluded', index, 'head');
		else if (config && ruleOff.test(text)) push('rule-disabled', index, 'head');
	}
	if (!config || base === null) return found;
	for (const { index, numbers } of old) {
		const text = visible(before[index] ?? { raw: '', comment: '' });
		const key = ruleOn.exec(text)?.[1];
		if (
			key !== undefined &&
			/[a-z]/.test(key) &&
			!new RegExp(`["'\\s]${literally(key)}["']?\\s*[:=]`).test(` ${head}`)
		) {
			push('rule-disabled', index, 'base');
		}
		const dropped = numbers.some((one) => floors.test(one.key) && !head.includes(one.key));
		if (dropped) push('threshold-loosened', index, 'base');
	}
	return found;
}

function edited(path: string): WeakenedCheck {
	return { kind: 'ci-edited', path, line: null, side: 'head', text: '' };
}

/** Numbers with the word before them; `at` tells apart those of one word on one line. */
function numbersOf(text: string): { key: string; value: number; at: number }[] {
	const seen = new Map<string, number>();
	return [...text.matchAll(number)].map(([, key = '', value = '']) => {
		const at = seen.get(key) ?? 0;
		seen.set(key, at + 1);
		const name = key.replace(/^-+/, '').split('.').at(-1) ?? key;
		return { key: name, value: Number(value.replaceAll('_', '')), at };
	});
}

/** The nearest line above that this one is indented under: the key of a list. */
function keyAbove(lines: readonly { raw: string; code: string }[], index: number): string {
	const indent = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0;
	const own = indent(lines[index]?.raw ?? '');
	if (own === 0) return '';
	for (let at = index - 1; at >= 0; at -= 1) {
		const raw = lines[at]?.raw ?? '';
		if (raw.trim() !== '' && indent(raw) < own) return raw;
	}
	return '';
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

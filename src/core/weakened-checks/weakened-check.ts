import { quietLine } from '../quiet-line.ts';
import { cleanPlain } from '../untrusted.ts';

/** What can be done to a check so that it passes and says less. The text is how it is told. */
export const weakenings = {
	'test-removed': 'removes a test',
	'test-skipped': 'skips a test',
	'test-focused': 'runs one test and leaves the others out',
	'assertion-removed': 'removes an assertion',
	'assertion-loosened': 'loosens an assertion',
	'assertion-hollow': 'asserts what is always so',
	'threshold-loosened': 'loosens a threshold',
	'snapshot-rewritten': 'rewrites a snapshot and no source',
	'failure-ignored': 'lets a failure pass',
	'rule-disabled': 'turns a rule off',
	'file-excluded': 'leaves files out of a check',
	'ci-edited': 'edits continuous integration',
} as const;
export type Weakening = keyof typeof weakenings;

/** One place where a change may make a check say less. */
export interface WeakenedCheck {
	kind: Weakening;
	path: string;
	/** 1-based, in the text of `side`; null when it is about the whole file. */
	line: number | null;
	/** What is gone is pointed at in the base. */
	side: 'base' | 'head';
	/** The line as it stands there. Text of others: only `describeWeakening` shows it. */
	text: string;
}

/** One line for people. Secrets, controls and what GitHub would act on are taken out of the quoted text, and it is short. */
export function describeWeakening({ kind, path, line, side, text }: WeakenedCheck): string {
	const place = `${quietLine(path, 200)}${line === null ? '' : `:${line}`}${side === 'base' ? ' of the base' : ''}`;
	const quote = quietLine(cleanPlain(text.slice(0, 500)).text, 120);
	return `The change ${weakenings[kind]} (${place})${quote === '' ? '' : `: ${JSON.stringify(quote)}`}`;
}

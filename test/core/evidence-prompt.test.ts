import { expect, test } from 'vitest';
import type { CommandRecord, Evidence } from '../../src/core/evidence.ts';
import { evidencePrompt } from '../../src/core/evidence-prompt.ts';

const record: CommandRecord = {
	...{ kind: 'command', name: 'test', command: 'npm test', source: 'config', on: 'head', treeSha: 't' },
	...{
		exitCode: 1,
		timedOut: false,
		durationMs: 1,
		outputDigest: 'd',
		excerpt: '1 failing',
		verdict: 'not_as_expected',
	},
};

function evidence(records: CommandRecord[]): Evidence {
	return { baseSha: 'b', treeSha: 't', sandbox: 'none', records, gaps: ['no lint'], doubts: ['package.json changed'] };
}

test('a failing command is shown with its output, fenced, and what is not proven or in doubt is said', () => {
	const text = evidencePrompt(evidence([record]));
	expect(text).toMatch(
		/test on the head \(exit 1, NOT as expected\): npm test\n<untrusted-[0-9a-f]{32} .*\n1 failing\n/,
	);
	expect(text).toMatch(
		/- not proven: no lint\n- in doubt, .*:\n<untrusted-[0-9a-f]{32} source="doubts of the host">\n- package.json changed\n/,
	);
});

test('a command that fails on the base too is not held against the change', () => {
	expect(evidencePrompt(evidence([record, { ...record, on: 'base' }]))).toContain('(exit 1, fails on the base too)');
});

test('a passing command needs no output', () => {
	const passing = evidencePrompt(evidence([{ ...record, exitCode: 0, verdict: 'as_expected' }]));
	expect(passing).toContain('(exit 0, as expected)');
	expect(passing).not.toContain('1 failing');
});

test('no evidence is no proof', () => {
	expect(evidencePrompt(null)).toBe('(nothing was run)');
});

import { describe, expect, test } from 'vitest';
import type { ChangeSet, FileChange } from '../../src/core/change-set.ts';
import { checkReport, ImplementReport } from '../../src/core/implement.ts';
import { newRun } from '../support/new-run.ts';

const { policy } = newRun({ id: 'r1' }).created.frozen;
const report = ImplementReport.parse({ summary: 'Done.', claims: [] });

function changesOf(files: Partial<FileChange>[], treeSha = 'tree'): ChangeSet {
	const file: FileChange = {
		...{
			path: 'a',
			status: 'modified',
			mode: '100644',
			blobSha: 'b',
			size: 1,
			addedLines: 1,
			deletedLines: 0,
			binary: false,
		},
	};
	return { baseTreeSha: 'base', treeSha, files: files.map((change) => ({ ...file, ...change })), patch: '' };
}

describe('the report of an implementer', () => {
	test('is taken when it changed something within the limits', () => {
		expect(report.result).toBe('changed');
		expect(checkReport(report, changesOf([{}]), policy, null)).toEqual([]);
	});

	test('may not claim a change without one, nor deny one', () => {
		const nothing: ImplementReport = { ...report, result: 'nothing_to_change' };
		expect(checkReport(report, changesOf([]), policy, null)).toHaveLength(1);
		expect(checkReport(nothing, changesOf([{ path: 'src/x' }]), policy, null)[0]).toContain('src/x');
		expect(checkReport(nothing, changesOf([]), policy, null)).toEqual([]);
	});

	test('may not hand in again what was sent back', () => {
		expect(checkReport(report, changesOf([{}], 'same'), policy, 'same')[0]).toContain('same as in the attempt');
		expect(checkReport(report, changesOf([{}], 'other'), policy, 'same')).toEqual([]);
	});

	test('is held to the limits, deleted lines included', () => {
		expect(checkReport(report, changesOf([{ addedLines: 250, deletedLines: 250 }]), policy, null)).toEqual([]);
		expect(checkReport(report, changesOf([{ addedLines: 250, deletedLines: 251 }]), policy, null)[0]).toContain(
			'501 lines',
		);
		const many = Array.from({ length: 51 }, (_, index) => ({ path: `f${index}` }));
		expect(checkReport(report, changesOf(many), policy, null)[0]).toContain('51 files');
	});

	test('is held to the forbidden paths, whatever their letter case', () => {
		const strict = { ...policy, paths: { protected: [], forbidden: ['.github/**'] } };
		expect(checkReport(report, changesOf([{ path: '.GitHub/workflows/x.yml' }]), strict, null)).toHaveLength(1);
	});
});

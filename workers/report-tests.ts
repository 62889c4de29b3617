import type { CommandRecord } from '../src/core/evidence.ts';
import { parseTestResults } from '../src/core/test-results/parse-test-results.ts';
import { buildTestReport, type TestReport } from '../src/core/test-results/test-report.ts';
import type { TestResult } from '../src/core/test-results/test-result.ts';
import type { JobContext } from './job-context.ts';

/** What the commands' stored outputs say test by test; commands that print no standard format are left out. */
export async function reportTests(context: JobContext, records: readonly CommandRecord[]): Promise<TestReport[]> {
	const reports: TestReport[] = [];
	for (const record of records) {
		if (record.on !== 'head' || record.name === 'setup') continue;
		const head = await readResults(context, record);
		if (head === null) continue;
		const same = records.find(
			({ on, name, command }) => on === 'base' && name === record.name && command === record.command,
		);
		reports.push(buildTestReport(record, same === undefined ? null : await readResults(context, same), head));
	}
	return reports;
}

async function readResults({ artifacts }: JobContext, record: CommandRecord): Promise<TestResult[] | null> {
	const stored = await artifacts.get(record.outputDigest);
	return stored === null ? null : parseTestResults(Buffer.from(stored.bytes).toString('utf8'));
}

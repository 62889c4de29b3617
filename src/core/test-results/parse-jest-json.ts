import { z } from 'zod';
import type { TestResult } from './test-result.ts';

const JestReport = z.object({
	testResults: z.array(
		z.object({
			name: z.string(),
			status: z.string().optional(),
			assertionResults: z.array(
				z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
			),
		}),
	),
});

/**
 * The report of `jest --json` and of Vitest's `json` reporter, alone or as one line of the output. A file that failed before its
 * first test is a failure by the file's name. @returns null when there is none.
 */
export function parseJestJson(output: string): TestResult[] | null {
	const report = [output, ...output.split('\n').toReversed()].map(readReport).find((one) => one !== null);
	if (report === undefined || report === null) return null;
	return report.testResults.flatMap(({ name, status, assertionResults }): TestResult[] => {
		if (assertionResults.length === 0) return status === 'failed' ? [{ name, state: 'failed' }] : [];
		return assertionResults.map((one) => ({
			name: [...one.ancestorTitles, one.title].join(' > '),
			state: one.status === 'passed' || one.status === 'failed' ? one.status : 'skipped',
		}));
	});
}

function readReport(text: string): z.infer<typeof JestReport> | null {
	if (!/^\s*\{[\s\S]*"testResults"/.test(text)) return null;
	try {
		const parsed = JestReport.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}

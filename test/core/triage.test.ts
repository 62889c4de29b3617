import { describe, expect, test } from 'vitest';
import { decideTriage, type TriageReport } from '../../src/core/triage.ts';

const report: TriageReport = {
	kind: 'bug',
	risk: 'low',
	priority: 'low',
	decision: 'accept',
	reason: 'Clear.',
	missing: [],
	inScope: true,
	duplicates: [],
};

describe('the decision of triage', () => {
	test.each<[string, Partial<TriageReport>, string]>([
		['a clear bug', {}, 'accept'],
		['a question that the model would accept', { kind: 'question' }, 'refuse'],
		['something out of scope that the model would accept', { inScope: false }, 'refuse'],
		['what the model refuses', { decision: 'refuse' }, 'refuse'],
		['what the model refuses while something is missing', { decision: 'refuse', missing: ['x'] }, 'refuse'],
		['an acceptance with something missing', { missing: ['Which version?'] }, 'ask_human'],
		['an acceptance with an empty word missing', { missing: [' '] }, 'accept'],
		['what the model leaves to a human', { decision: 'ask_human' }, 'ask_human'],
		['a likely duplicate', { duplicates: [3] }, 'accept'],
	])('on %s', (_, change, expected) => {
		expect(decideTriage({ ...report, ...change }).kind).toBe(expected);
	});
});

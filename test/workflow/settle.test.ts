import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JobEnd } from '../../src/core/job-end.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import { settleJob } from '../../src/workflow/settle.ts';
import { stateOf, workflowOf } from '../support/journal.ts';

const workflow = workflowOf(readFileSync('config/workflows/issue-to-pr.yml', 'utf8'));
const sendBack = (to: string): JobEnd => ({
	kind: 'sent_back',
	to,
	feedback: { from: 'verify', summary: 'The test fails.', details: '' },
	outputs: { proven: false },
});
const round: JournalEvent = {
	type: 'job.sent_back',
	job: 'verify',
	to: 'implement',
	feedback: { from: 'verify', summary: 'It failed before.', details: '' },
	outputs: {},
};

describe('settleJob', () => {
	it('sends back while repair rounds are left', () => {
		const event = settleJob(workflow, stateOf(workflow, [round]), 'verify', sendBack('implement'));
		expect(event).toMatchObject({ type: 'job.sent_back', to: 'implement' });
	});

	it('asks a human when they are used up, and says what was tried', () => {
		const event = settleJob(workflow, stateOf(workflow, [round, round]), 'verify', sendBack('implement'));
		expect(event).toMatchObject({ type: 'job.ended', outcome: 'needs_human' });
		expect(event).toHaveProperty('reason', expect.stringContaining('All 2 repair rounds are used up'));
		expect(event).toHaveProperty('reason', expect.stringContaining('It failed before.'));
	});

	it('counts rounds over all jobs that send back', () => {
		const event = settleJob(workflow, stateOf(workflow, [round, round]), 'gate', sendBack('implement'));
		expect(event).toMatchObject({ outcome: 'needs_human' });
	});

	it('does not count a new judgement as a repair', () => {
		const event = settleJob(workflow, stateOf(workflow, [round, round]), 'gate', sendBack('evaluate'));
		expect(event).toMatchObject({ type: 'job.sent_back', to: 'evaluate' });
	});

	it('refuses a way back that the workflow does not have', () => {
		expect(() => settleJob(workflow, stateOf(workflow, []), 'verify', sendBack('plan'))).toThrow(/sends-back-to/);
	});
});

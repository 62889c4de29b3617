import { describe, expect, it } from 'vitest';
import { findJob, findSendBack } from '../../workers/find-job.ts';
import { StageHarness } from '../support/job-context.ts';

/** Which model writes depends on the risk: one of the two is always skipped. */
const source = `
name: by-risk
jobs:
  plan: { uses: plan }
  careful: { uses: implement, needs: plan, if: "needs.plan.outputs.risk == 'high'", model: anthropic/claude-opus-5 }
  quick: { uses: implement, needs: plan, if: "needs.plan.outputs.risk != 'high'", model: anthropic/claude-haiku-4-5 }
  verify: { uses: verify, needs: [careful, quick], if: "!failure()", sends-back-to: [careful, quick] }
`;

describe('finding the job of a kind among several', () => {
	it.each([
		['careful', 'quick'],
		['quick', 'careful'],
	])('takes %s where %s was skipped, and sends back to it', async (worked, skipped) => {
		const harness = await StageHarness.create({ source });
		harness.append({ type: 'job.skipped', job: skipped, reason: '' });
		harness.end(worked, { treeSha: 'a'.repeat(40) });
		const context = harness.context('verify');
		expect(findJob(context, 'implement')?.id).toBe(worked);
		expect(findSendBack(context, 'implement')).toBe(worked);
	});

	it('is null for a kind that the workflow leaves out', async () => {
		const context = (await StageHarness.create({ source })).context('verify');
		expect(findJob(context, 'review')).toBeNull();
		expect(findSendBack(context, 'evaluate')).toBeNull();
	});
});

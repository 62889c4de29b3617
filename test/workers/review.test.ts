import { describe, expect, test } from 'vitest';
import { review } from '../../workers/review.ts';
import { widgetBlueprint } from '../support/blueprint.ts';
import { StageHarness } from '../support/job-context.ts';

const finding = {
	path: 'src/widget.js',
	line: 1,
	problem: 'It still wobbles',
	why: 'wobble() gives true; expected false',
};

async function created(): Promise<StageHarness> {
	const harness = await StageHarness.create();
	harness.end('plan', { blueprint: widgetBlueprint, risk: 'low' });
	const treeSha = await harness.tree({ 'src/widget.js': 'export const wobble = 0;\n' });
	const claims = [{ text: 'TRUST ME', evidence: null }];
	harness.end('implement', { treeSha, summary: 'TRUST ME', claims, arm: 'a/b' });
	return harness;
}

describe('review', () => {
	test('lets pass, having seen issue, plan and difference, and never the words of the implementer', async () => {
		const harness = await created();
		harness.answer = () => ({ decision: 'pass', findings: [] });
		expect(await harness.run(review, 'review')).toMatchObject({ outcome: 'done', outputs: { decision: 'pass' } });
		const [asked] = harness.asked;
		expect(asked?.prompt).toContain('+export const wobble = 0;');
		expect(asked?.prompt).toContain('They wobble when it is windy.');
		expect(asked?.prompt).toContain('Turn wobble off');
		expect(asked?.prompt).not.toContain('TRUST ME');
		expect(asked?.tools).not.toContain('bash');
	});

	test('sends back to implement with what to do about it', async () => {
		const harness = await created();
		harness.answer = () => ({ decision: 'send_back', findings: [finding] });
		const end = await harness.run(review, 'review');
		expect(end).toMatchObject({ kind: 'sent_back', to: 'implement', feedback: { from: 'review' } });
		expect(harness.state.jobs.get('implement')?.feedback[0]?.details).toContain('src/widget.js:1: It still wobbles');
		expect(harness.state.repairRounds).toBe(1);
	});

	test('may not send back without a finding', async () => {
		const harness = await created();
		harness.answer = () => ({ decision: 'send_back', findings: [] });
		expect(await harness.run(review, 'review')).toMatchObject({
			reason: expect.stringContaining('at least one problem'),
		});
	});

	test('may not point at files that do not exist', async () => {
		const harness = await created();
		harness.answer = () => ({ decision: 'send_back', findings: [{ ...finding, path: 'src/gone.js' }] });
		expect(await harness.run(review, 'review')).toMatchObject({ reason: expect.stringContaining('src/gone.js') });
	});

	test('shows invisible characters of the change instead of hiding them', async () => {
		const harness = await created();
		const treeSha = await harness.tree({ 'src/widget.js': 'export const a\u202e = 0;\n' });
		harness.end('implement', { treeSha, summary: '', claims: [], arm: 'a/b' });
		harness.answer = () => ({ decision: 'pass', findings: [] });
		await harness.run(review, 'review');
		expect(harness.asked[0]?.prompt).toContain('const a<U+202E> = 0;');
	});
});

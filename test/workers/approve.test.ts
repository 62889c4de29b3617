import { describe, expect, test } from 'vitest';
import { approve } from '../../workers/approve.ts';
import { StageHarness } from '../support/job-context.ts';

const message = { message: 'The plan is marked high risk.' };

describe('approve', () => {
	test('asks once and waits without an end', async () => {
		const harness = await StageHarness.create();
		const end = await harness.run(approve, 'approve', message);
		expect(end).toEqual({ kind: 'waiting', reason: message.message, signals: ['approve', 'reject'], until: null });
		await harness.run(approve, 'approve', message);
		const comments = await harness.forge.comments(1);
		expect(comments).toHaveLength(1);
		expect(comments[0]?.body).toContain('/factory approve');
	});

	test('goes on when somebody approves, and says who', async () => {
		const harness = await StageHarness.create();
		await harness.run(approve, 'approve', message);
		harness.signal('approve', 'grace');
		const end = await harness.run(approve, 'approve', message);
		expect(end).toMatchObject({ outcome: 'done', outputs: { decision: 'approve', by: 'grace' } });
	});

	test('ends as refused with the reason when somebody rejects, also when another approved at the same moment', async () => {
		const harness = await StageHarness.create();
		await harness.run(approve, 'approve', message);
		harness.signal('approve', 'grace');
		harness.signal('reject', 'ada', 'too risky');
		const end = await harness.run(approve, 'approve', message);
		expect(end).toMatchObject({ outcome: 'refused', reason: 'Rejected by ada. too risky' });
	});

	test('does not count an approval given before there was anything to approve', async () => {
		const harness = await StageHarness.create();
		harness.signal('approve', 'grace');
		expect(await harness.run(approve, 'approve', message)).toMatchObject({ kind: 'waiting' });
	});

	test('keeps an answer that came while the asking job had crashed', async () => {
		const harness = await StageHarness.create();
		harness.forge.failNext('createComment', new Error('killed'), 'after');
		await expect(harness.run(approve, 'approve', message)).rejects.toThrow('killed');
		harness.signal('approve', 'grace');
		expect(await harness.run(approve, 'approve', message)).toMatchObject({ outcome: 'done' });
	});
});

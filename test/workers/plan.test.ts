import { describe, expect, test } from 'vitest';
import { plan } from '../../workers/plan.ts';
import { widgetBlueprint } from '../support/blueprint.ts';
import { StageHarness } from '../support/job-context.ts';

const findings = { summary: 'See line one.', files: [{ path: 'src/widget.js', why: 'the cause' }], unknowns: [] };

describe('plan', () => {
	test('posts the blueprint once and gives it to the jobs after it', async () => {
		const harness = await StageHarness.create();
		harness.end('explore', { findings });
		harness.answer = () => widgetBlueprint;
		const end = await harness.run(plan, 'plan');
		expect(end).toMatchObject({ outcome: 'done', outputs: { blueprint: widgetBlueprint, risk: 'low' } });
		const comments = await harness.forge.comments(1);
		expect(comments).toHaveLength(1);
		expect(comments[0]?.body).toContain('step=plan -->');
		expect(comments[0]?.body).toContain('`node --test test/widget.test.js`');
	});

	test('sees the request, what was explored, and what a change may be here', async () => {
		const harness = await StageHarness.create({
			policy: (policy) => {
				policy.paths.forbidden = ['secrets/**'];
			},
		});
		harness.end('explore', { findings });
		harness.answer = () => widgetBlueprint;
		await harness.run(plan, 'plan');
		const [asked] = harness.asked;
		expect(asked?.prompt).toContain('See line one.');
		expect(asked?.system).toContain('`secrets/**`');
		expect(asked?.system).toContain('test: `npm test`');
	});

	test('a constraint that the issue does not hold word for word is told to the model', async () => {
		const harness = await StageHarness.create();
		harness.answer = () => ({ ...widgetBlueprint, constraints: ['Never touch the CI.'] });
		const end = await harness.run(plan, 'plan');
		expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('word for word') });
		expect(await harness.forge.comments(1)).toEqual([]);
	});

	test('a plan that holds what looks like a secret is not published, and the run goes on', async () => {
		const secret = 'AKIAIOSFODNN7EXAMPLX';
		const scan = async (texts: { where: string; text: string }[]) =>
			texts.filter(({ text }) => text.includes(secret)).map(({ where }) => ({ where, line: 1, rule: 'aws' }));
		const harness = await StageHarness.create({ secrets: { scan } });
		harness.answer = () => ({ ...widgetBlueprint, summary: `Use ${secret}` });
		expect(await harness.run(plan, 'plan')).toMatchObject({ outcome: 'done' });
		const [comment] = await harness.forge.comments(1);
		expect(comment?.body).toContain('Withheld');
		expect(comment?.body).not.toContain(secret);
	});
});

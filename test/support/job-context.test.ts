import { expect, test } from 'vitest';
import { z } from 'zod';
import { StageHarness } from './job-context.ts';

test('the base commit is the same in git and on the fake forge', async () => {
	const harness = await StageHarness.create();
	expect(await harness.git.readFile(harness.frozen.baseSha, 'README.md')).toEqual(Buffer.from('# Widgets\n'));
	expect(await harness.forge.readText('README.md', harness.frozen.baseSha)).toBe('# Widgets\n');
});

test('a stage runs with its effects done once and its end in the journal', async () => {
	const harness = await StageHarness.create();
	harness.answer = () => ({ ok: true });
	const end = await harness.run(async (context) => {
		const task = { role: 'triage' as const, system: '', prompt: 'p', tools: [], workspace: null };
		const answer = await context.agent({ ...task, submit: z.object({ ok: z.boolean() }) });
		const post = { key: 'k', kind: 'comment', find: async () => null, make: async () => ({ id: 1 }) };
		await context.effect(post);
		await context.effect({ ...post, make: async () => ({ id: 2 }) });
		return { kind: 'ended', outcome: answer.kind === 'submitted' ? 'done' : 'failed', reason: '', outputs: {} };
	}, 'triage');
	expect(end).toMatchObject({ outcome: 'done' });
	expect(harness.state.jobs.get('triage')?.status).toBe('ended');
	expect(harness.state.effects.get('k')).toEqual({ id: 1 });
});

test('a tree is the base with files written over it', async () => {
	const harness = await StageHarness.create();
	const tree = await harness.tree({ 'src/new.js': '1\n', 'README.md': null });
	const changes = await harness.git.changes(harness.frozen.baseSha, tree, 10_000);
	expect(changes.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
		'deleted README.md',
		'added src/new.js',
	]);
});

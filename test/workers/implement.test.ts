import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { implement } from '../../workers/implement.ts';
import { widgetBlueprint } from '../support/blueprint.ts';
import { type AskedTask, StageHarness, Stopped } from '../support/job-context.ts';

const report = { summary: 'Widgets stand still now.', claims: [{ text: 'It stands still.', evidence: 'test' }] };

function write(task: AskedTask, path: string, text: string): void {
	const target = join(task.workspace?.directory ?? '', path);
	mkdirSync(join(target, '..'), { recursive: true });
	writeFileSync(target, text);
}

function still(task: AskedTask): typeof report {
	write(task, 'src/widget.js', 'export const wobble = false;\n');
	return report;
}

async function pathsOf(harness: StageHarness, treeSha: unknown): Promise<string[]> {
	const changes = await harness.git.changes(harness.frozen.baseSha, String(treeSha), 0);
	return changes.files.map(({ path, status }) => `${status} ${path}`);
}

async function created(options: Parameters<typeof StageHarness.create>[0] = {}): Promise<StageHarness> {
	const harness = await StageHarness.create(options);
	harness.end('plan', { blueprint: widgetBlueprint, risk: 'low' });
	return harness;
}

describe('implement', () => {
	test('gives out the tree of its worktree, the claims and the arm', async () => {
		const harness = await created();
		harness.answer = still;
		const end = await harness.run(implement, 'implement');
		expect(end).toMatchObject({ outcome: 'done', outputs: { ...report, arm: 'test/implement' } });
		const { treeSha } = harness.state.jobs.get('implement')?.outputs ?? {};
		expect(await pathsOf(harness, treeSha)).toEqual(['modified src/widget.js']);
	});

	test('has no network for the agent, and the configured one for setup only', async () => {
		const harness = await created({
			policy: (policy) => {
				policy.commands.setup = 'mkdir -p node_modules && echo x > node_modules/x';
			},
			files: { '.gitignore': 'node_modules\n', 'src/widget.js': '' },
		});
		harness.answer = async (task) => {
			const ran = await task.workspace?.run('cat node_modules/x', 5_000, new AbortController().signal);
			expect(ran?.exitCode).toBe(0);
			return still(task);
		};
		await harness.run(implement, 'implement');
		expect(harness.sandbox.commands.map(({ network }) => network)).toEqual([{ hosts: 'registries' }, 'none']);
	});

	test('what setup leaves behind is not part of the change, even when no ignore file names it', async () => {
		const harness = await created({
			policy: (policy) => {
				policy.commands.setup = 'mkdir packages && echo x > packages/x && echo touched >> README.md';
			},
		});
		harness.answer = (task) => {
			expect(existsSync(join(task.workspace?.directory ?? '', 'packages/x'))).toBe(true);
			return still(task);
		};
		await harness.run(implement, 'implement');
		const { treeSha } = harness.state.jobs.get('implement')?.outputs ?? {};
		expect(await pathsOf(harness, treeSha)).toEqual(['modified src/widget.js']);
	});

	test('a setup that fails on the untouched base blocks the run before any model is asked', async () => {
		const harness = await created({
			policy: (policy) => {
				policy.commands.setup = 'echo no such package; exit 3';
			},
		});
		const end = await harness.run(implement, 'implement');
		expect(end).toMatchObject({ outcome: 'blocked', reason: expect.stringContaining('no such package') });
		expect(harness.asked).toEqual([]);
	});

	test('ends as no change when there was nothing to do', async () => {
		const harness = await created();
		harness.answer = () => ({ ...report, result: 'nothing_to_change' });
		expect(await harness.run(implement, 'implement')).toMatchObject({ outcome: 'no_change' });
	});

	test('a change that was claimed and not made is not accepted', async () => {
		const harness = await created();
		harness.answer = () => report;
		expect(await harness.run(implement, 'implement')).toMatchObject({
			outcome: 'needs_human',
			reason: expect.stringContaining('no file differs from the base'),
		});
	});

	test.each([
		['forbidden paths', 'secrets/key.txt', 'x\n', '"secrets/key.txt" may not be changed'],
		['too many lines', 'src/long.js', 'x\n'.repeat(501), '501 lines changed; at most 500'],
	])('%s end with a human when the agent does not mend it', async (_, path, text, expected) => {
		const harness = await created({
			policy: (policy) => {
				policy.paths.forbidden = ['secrets/**'];
			},
		});
		harness.answer = (task) => {
			write(task, path, text);
			return report;
		};
		const end = await harness.run(implement, 'implement');
		expect(end).toMatchObject({ outcome: 'needs_human', reason: expect.stringContaining(expected) });
	});

	test('a repair goes on from the tree that was sent back, with feedback and notes', async () => {
		const harness = await created();
		harness.answer = still;
		await harness.run(implement, 'implement');
		harness.append({ type: 'agent.noted', job: 'implement', turn: 1, text: 'wind is not the cause' });
		const feedback = { from: 'verify', summary: 'npm test fails', details: '1 failing: wobble' };
		harness.start('verify');
		harness.append({ type: 'job.sent_back', job: 'verify', to: 'implement', feedback, outputs: {} });
		harness.answer = (task) => {
			const text = readFileSync(join(task.workspace?.directory ?? '', 'src/widget.js'), 'utf8');
			expect(text).toBe('export const wobble = false;\n');
			write(task, 'src/wind.js', 'export const wind = 0;\n');
			return report;
		};
		await harness.run(implement, 'implement');
		const { treeSha } = harness.state.jobs.get('implement')?.outputs ?? {};
		expect(await pathsOf(harness, treeSha)).toEqual(['modified src/widget.js', 'added src/wind.js']);
		expect(harness.asked[1]?.prompt).toContain('1 failing: wobble');
		expect(harness.asked[1]?.prompt).toContain('wind is not the cause');
		expect(harness.asked[0]?.prompt).not.toContain('wind is not the cause');
	});

	test('a repair that repairs nothing is not accepted', async () => {
		const harness = await created();
		harness.answer = still;
		await harness.run(implement, 'implement');
		const feedback = { from: 'review', summary: 'wrong', details: '' };
		harness.start('review');
		harness.append({ type: 'job.sent_back', job: 'review', to: 'implement', feedback, outputs: {} });
		harness.answer = () => report;
		expect(await harness.run(implement, 'implement')).toMatchObject({
			outcome: 'needs_human',
			reason: expect.stringContaining('same as in the attempt that was sent back'),
		});
	});

	test('a resumed job asks with the very same prompt and tells old leftovers from new work', async () => {
		const harness = await created({
			policy: (policy) => {
				policy.commands.setup = 'mkdir -p packages && date +%s%N > packages/stamp';
			},
		});
		harness.answer = async (task) => {
			write(task, 'src/wind.js', 'half\n');
			const treeSha = (await task.workspace?.save()) ?? '';
			harness.append({ type: 'tree.saved', job: 'implement', turn: 1, treeSha });
			throw new Error('killed');
		};
		await expect(harness.run(implement, 'implement')).rejects.toThrow('killed');
		harness.answer = async (task) => {
			const saved = harness.state.entries.findLast(({ event }) => event.type === 'tree.saved')?.event;
			if (saved?.type === 'tree.saved') await task.workspace?.restore(saved.treeSha);
			return still(task);
		};
		await harness.run(implement, 'implement');
		const { treeSha } = harness.state.jobs.get('implement')?.outputs ?? {};
		expect(await pathsOf(harness, treeSha)).toEqual(['modified src/widget.js', 'added src/wind.js']);
		expect(harness.asked[1]?.prompt).toBe(harness.asked[0]?.prompt);
		expect(harness.asked[1]?.system).toBe(harness.asked[0]?.system);
	});

	test('ends as the model stopped', async () => {
		const harness = await created();
		harness.answer = () => new Stopped('out_of_budget', 'No turns left.');
		expect(await harness.run(implement, 'implement')).toMatchObject({ outcome: 'out_of_budget' });
	});
});

describe('restoring a worktree', () => {
	test('brings back a saved tree, keeps what is ignored, and follows no link out of the worktree', async () => {
		const harness = await created({ files: { '.gitignore': 'cache\nlink\n', 'src/a.js': 'a\n' } });
		const outside = join(harness.directory, 'outside');
		mkdirSync(outside);
		harness.answer = async (task) => {
			const directory = task.workspace?.directory ?? '';
			write(task, 'lib/b.js', 'b\n');
			write(task, 'cache/c', 'c\n');
			const saved = (await task.workspace?.save()) ?? '';
			rmSync(join(directory, 'lib'), { recursive: true });
			symlinkSync(outside, join(directory, 'lib'));
			write(task, 'src/a.js', 'changed\n');
			await task.workspace?.restore(saved);
			expect(readFileSync(join(directory, 'lib/b.js'), 'utf8')).toBe('b\n');
			expect(readFileSync(join(directory, 'src/a.js'), 'utf8')).toBe('a\n');
			expect(readFileSync(join(directory, 'cache/c'), 'utf8')).toBe('c\n');
			expect(existsSync(join(outside, 'b.js'))).toBe(false);
			expect(await task.workspace?.save()).toBe(saved);
			return report;
		};
		expect(await harness.run(implement, 'implement')).toMatchObject({ outcome: 'done' });
	});
});

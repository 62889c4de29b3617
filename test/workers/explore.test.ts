import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore } from '../../workers/explore.ts';
import { StageHarness } from '../support/job-context.ts';

const findings = { summary: 'It wobbles in `src/widget.js:1`.', files: [{ path: 'src/widget.js', why: 'the cause' }] };

test('explore reads a worktree of the base commit with read-only tools, and leaves no worktree behind', async () => {
	const harness = await StageHarness.create();
	let directory = '';
	harness.answer = ({ workspace }) => {
		directory = workspace?.directory ?? '';
		expect(readFileSync(join(directory, 'src/widget.js'), 'utf8')).toContain('wobble = true');
		return findings;
	};
	const end = await harness.run(explore, 'explore');
	expect(end).toMatchObject({ outcome: 'done', outputs: { findings: { ...findings, unknowns: [] } } });
	expect(harness.asked[0]?.tools).toEqual(['read', 'grep', 'glob', 'note']);
	expect(existsSync(directory)).toBe(false);
});

test('explore removes its worktree when the model faults', async () => {
	const harness = await StageHarness.create();
	let directory = '';
	harness.answer = ({ workspace }) => {
		directory = workspace?.directory ?? '';
		throw new Error('the process was told to stop');
	};
	await expect(harness.run(explore, 'explore')).rejects.toThrow('told to stop');
	expect(directory).not.toBe('');
	expect(existsSync(directory)).toBe(false);
});

test('explore is told of files that do not exist', async () => {
	const harness = await StageHarness.create();
	harness.answer = () => ({ ...findings, files: [{ path: 'src/gadget.js', why: 'a guess' }] });
	expect(await harness.run(explore, 'explore')).toMatchObject({
		reason: expect.stringContaining('"src/gadget.js" does not exist'),
	});
});

test('instructions of the base commit go into the system prompt, the request does not', async () => {
	const harness = await StageHarness.create({
		frozen: (frozen) => {
			frozen.instructions = [{ path: 'AGENTS.md', text: 'Tabs, never spaces.' }];
		},
	});
	harness.answer = () => findings;
	await harness.run(explore, 'explore');
	expect(harness.asked[0]?.system).toContain('Tabs, never spaces.');
	expect(harness.asked[0]?.system).not.toContain('They wobble');
	expect(harness.asked[0]?.prompt).toContain('They wobble when it is windy.');
});

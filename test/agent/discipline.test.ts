import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AgentTask, toolNames } from '../../src/agent/agent-task.ts';
import { findCycle } from '../../src/agent/find-cycle.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import { createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace } from '../support/local-workspace.ts';
import { call, createScriptedModels, type ScriptedAnswer } from '../support/scripted-model.ts';

/** Plays the turns in the real loop on a file `a.txt` of 40 lines; `play` goes on for ever. */
async function run(
	play: (turn: number) => ScriptedAnswer,
	history: JournalEntry[] = [],
	workspace = createLocalWorkspace(),
) {
	writeFileSync(join(workspace.directory, 'a.txt'), Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(''));
	const models = createScriptedModels((request) => play(request.place.turn));
	const environment = createTestEnvironment(models, { history });
	const task: AgentTask<{ summary: string }> = {
		role: 'implement',
		system: 'You change code.',
		prompt: 'Fix it.',
		submit: z.strictObject({ summary: z.string() }),
		tools: toolNames,
		workspace,
	};
	const end = await runAgent(task, environment);
	const told = environment.journal.flatMap(({ event }) => (event.type === 'agent.told' ? [event] : []));
	return { end, told, journal: environment.journal };
}

const done = call('submit', { summary: 'done' });
const replace = (old: string, fresh: string) => call('replace_text', { path: 'a.txt', old, new: fresh });
const failing = call('bash', { command: "echo 'not ok 1 - it adds'; exit 1" });

describe('work that goes nowhere', () => {
	it('in a circle of two calls is warned and stopped, although their results differ', async () => {
		const random = (count: number) => call('bash', { command: `head -c ${count} /dev/urandom | base64` });
		const { end, told } = await run((turn) => random(turn % 2 === 0 ? 9 : 12));
		expect(end).toEqual({
			kind: 'stopped',
			outcome: 'failed',
			reason: 'the same calls (bash, bash) on the same files were made 5 times in turn',
		});
		expect(told[0]).toMatchObject({ turn: 6 });
	});

	it('in a circle of edits that undo each other is stopped', async () => {
		const { end, told } = await run((turn) =>
			turn % 2 === 1 ? replace('line 7\n', 'seven\n') : replace('seven\n', 'line 7\n'),
		);
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'failed' });
		expect(told.length).toBeGreaterThan(0);
	});

	it('with one failure after three different edits is told to plan anew, once', async () => {
		const { end, told } = await run((turn) => {
			if (turn > 8) return done;
			return turn % 2 === 1 ? failing : replace(`line ${turn}\n`, `changed ${turn}\n`);
		});
		expect(end.kind).toBe('submitted');
		expect(told).toHaveLength(1);
		expect(told[0]).toMatchObject({
			turn: 7,
			text: expect.stringContaining('3 different edits left the very same failure'),
		});
		expect(told[0]?.text).toContain('it adds');
	});

	it('without anything new is warned after eight turns and stopped after sixteen', async () => {
		const { end, told } = await run((turn) =>
			turn === 1 ? call('read', { path: 'a.txt' }) : call('read', { path: 'a.txt', lines: turn }),
		);
		expect(told.map(({ turn }) => turn)).toEqual([9]);
		expect(end).toMatchObject({ outcome: 'failed', reason: 'nothing new was seen, changed or found out in 16 turns' });
	});

	it('is told the same after a crash', async () => {
		const play = (turn: number) => (turn < 4 ? call('glob', { pattern: '*' }) : done);
		const workspace = createLocalWorkspace();
		const whole = await run(play, [], workspace);
		const at = whole.journal.findIndex(({ event }) => event.type === 'agent.told');
		const resumed = await run(play, whole.journal.slice(0, at), workspace);
		expect(resumed.told).toEqual(whole.told);
		expect(resumed.told).toHaveLength(1);
	});
});

describe('work that gets somewhere', () => {
	it.each<[string, (turn: number) => ScriptedAnswer]>([
		['reads on and on', (turn) => call('read', { path: 'a.txt', from: turn, lines: 1 })],
		['tries other commands', (turn) => call('bash', { command: `echo ${'x'.repeat(turn)}` })],
		[
			'fails in another way each time',
			(turn) =>
				turn % 2 === 1
					? call('bash', { command: `echo 'not ok 1 - ${'x'.repeat(turn)}'; exit 1` })
					: replace(`line ${turn}\n`, `changed ${turn}\n`),
		],
		[
			'searches without a hit while it edits',
			(turn) =>
				turn % 2 === 1
					? call('bash', { command: 'grep nothing a.txt' })
					: replace(`line ${turn}\n`, `changed ${turn}\n`),
		],
	])('is left alone when it %s', async (_, play) => {
		const { end, told } = await run((turn) => (turn > 20 ? done : play(turn)));
		expect(end.kind).toBe('submitted');
		expect(told).toEqual([]);
	});
});

describe('a cycle', () => {
	it.each<[string, number, number]>([
		['', 0, 1],
		['ABABAB', 2, 3],
		['XABCABCABC', 3, 3],
		['ABABA', 2, 2],
		['AAAAAA', 0, 1],
		['AABAAB', 3, 2],
		['ABCD', 0, 1],
	])('in %j has period %i, %i times', (keys, period, times) => {
		expect(findCycle([...keys])).toEqual({ period, times });
	});
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expandTurn } from '../../../src/adapters/replay/compact-turn.ts';
import { parseRecording } from '../../../src/adapters/replay/parse-recording.ts';
import { formatRecording, recordingOf } from '../../../src/adapters/replay/recording.ts';
import { createReplayModels } from '../../../src/adapters/replay/replay-models.ts';
import { runAgent } from '../../../src/agent/run-agent.ts';
import { createTestEnvironment } from '../../support/agent-journal.ts';
import { buildRequest } from '../../support/model-request.ts';
import { createScriptedModels } from '../../support/scripted-model.ts';

const none = new AbortController().signal;
const task = {
	role: 'triage' as const,
	system: 's',
	prompt: 'p',
	submit: z.strictObject({ answer: z.number() }),
	tools: [],
	workspace: null,
};

describe('a replay', () => {
	it('gives a recorded run again, exactly, through its text form', async () => {
		const scripted = createScriptedModels((request) =>
			request.place.turn === 1 ? { say: 'hm' } : { think: 'so', call: [{ tool: 'submit', with: { answer: 42 } }] },
		);
		const live = createTestEnvironment(scripted);
		const end = await runAgent(task, live);
		const recording = parseRecording(formatRecording(recordingOf(live.journal)), 'run.jsonl');
		const replayed = createTestEnvironment(createReplayModels(recording));
		expect(await runAgent(task, replayed)).toEqual(end);
		expect(replayed.journal.map((entry) => entry.event)).toEqual(live.journal.map((entry) => entry.event));
	});

	it('says what was asked for when the recording has no more', async () => {
		const models = createReplayModels([]);
		const model = models.forArm(buildRequest('x').arm);
		await expect(model.complete(buildRequest('x'), none)).rejects.toMatchObject({
			kind: 'replay_exhausted',
			message: 'the recording has 0 turns for job job1 in round 1, and turn 1 was asked for',
		});
	});

	it('tells rounds apart by the starts of the job', () => {
		const reply = expandTurn({ say: 'x' }, { job: 'plan', round: 1, turn: 1 });
		const responded = { type: 'model.responded' as const, job: 'plan', turn: 1, arm: 'a/b', reply, usd: null };
		const started = (round: number) => ({ type: 'job.started' as const, job: 'plan', attempt: 1, round, worker: 'w' });
		const events = [started(1), responded, started(2), responded];
		const journal = events.map((event, index) => ({ run: 'r', seq: index + 1, at: 0, event }));
		expect(recordingOf(journal).map((recorded) => recorded.round)).toEqual([1, 2]);
	});

	it('lets what could not be known beforehand be filled in', async () => {
		const recording = parseRecording('- job: job1\n  turns:\n    - say: HEAD\n', 'x.yml');
		const models = createReplayModels(recording, {
			resolve: (reply, request) => ({ ...reply, model: request.arm.model }),
		});
		const reply = await models.forArm(buildRequest('x').arm).complete(buildRequest('x'), none);
		expect(reply.model).toBe('test-model');
		expect(recording[0]?.reply.model).toBe('recorded');
	});
});

describe('a recording written by hand', () => {
	it('expands to whole replies', () => {
		const text = [
			'- job: implement',
			'  round: 2',
			'  turns:',
			'    - say: I look.',
			'      call:',
			'        - tool: read',
			'          with: { path: a.js }',
			'      usage: { fresh: 10, output: 2 }',
			'      seconds: 1.5',
		].join('\n');
		expect(parseRecording(text, 'x.yml')).toEqual([
			{
				job: 'implement',
				round: 2,
				turn: 1,
				arm: 'recorded/recorded',
				reply: {
					message: {
						role: 'assistant',
						blocks: [
							{ type: 'text', text: 'I look.' },
							{ type: 'tool_call', id: 'call_implement_2_1_1', name: 'read', arguments: '{"path":"a.js"}' },
						],
						raw: null,
					},
					stop: 'tool_calls',
					usage: { fresh: 10, cached: 0, cacheWrite: 0, output: 2, reasoning: 0 },
					model: 'recorded',
					requestId: null,
					durationMs: 1500,
					firstTokenMs: null,
				},
			},
		]);
	});

	it.each([
		['an unknown key', '- job: a\n  turns: [{ sya: x }]', /x\.yml: not a recording[\s\S]*sya/],
		['broken YAML', '- job: a\n  turns: [', /x\.yml:2/],
		['a broken line', '{"job":', /x\.yml:1: the line is not JSON/],
		[
			'two replies for one place',
			'- {job: a, turns: [{say: x}]}\n- {job: a, turns: [{say: y}]}',
			/two replies for a, round 1, turn 1/,
		],
	])('is refused with %s, and where it is', (_name, text, message) => {
		expect(() => parseRecording(text, 'x.yml')).toThrow(message);
	});
});

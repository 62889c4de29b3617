import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentTask } from '../../src/agent/agent-task.ts';
import { toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { ModelRequest } from '../../src/ports/model.ts';
import { ModelFault } from '../../src/ports/model.ts';
import { createFlatCatalogue, createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace, type LocalWorkspace } from '../support/local-workspace.ts';
import { call, createScriptedModels, type ScriptedAnswer } from '../support/scripted-model.ts';

const Result = z.strictObject({ summary: z.string() });

function buildTask(workspace: LocalWorkspace | null): AgentTask<z.infer<typeof Result>> {
	return {
		role: 'implement',
		system: 'You change code.',
		prompt: 'Fix it.',
		submit: Result,
		tools: workspace === null ? [] : toolNames,
		workspace,
	};
}

/** Answers by turn; the last answer is repeated. */
function script(...answers: ScriptedAnswer[]) {
	return createScriptedModels((request) => answers[Math.min(request.place.turn, answers.length) - 1] ?? { say: '' });
}

const done = call('submit', { summary: 'done' });

function lastTexts(request: ModelRequest | undefined): string {
	const last = request?.messages.at(-1);
	return last?.blocks.map((block) => ('text' in block ? block.text : '')).join('\n') ?? '';
}

function expectAppendOnly(requests: readonly ModelRequest[]): void {
	for (const [index, request] of requests.entries()) {
		const next = requests[index + 1];
		if (next === undefined) return;
		expect(next.messages.slice(0, request.messages.length)).toEqual(request.messages);
		expect(next.tools).toEqual(request.tools);
		expect(next.system).toBe(request.system);
	}
}

describe('the agent loop', () => {
	it('runs tools, shows their results and ends with what was submitted', async () => {
		const workspace = createLocalWorkspace();
		writeFileSync(join(workspace.directory, 'a.txt'), 'one\ntwo\n');
		const models = script(
			call('read', { path: 'a.txt' }),
			call('replace_text', { path: 'a.txt', old: 'two', new: 'three' }),
			call('bash', { command: 'cat a.txt; exit 3' }),
			call('note', { text: 'it was two' }),
			done,
		);
		const environment = createTestEnvironment(models);
		const end = await runAgent(buildTask(workspace), environment);
		expect(end).toEqual({ kind: 'submitted', value: { summary: 'done' }, arm: 'first/a', turns: 5 });
		expect(readFileSync(join(workspace.directory, 'a.txt'), 'utf8')).toBe('one\nthree\n');
		expect(lastTexts(models.requests[1])).toMatch(/^\[a\.txt @\w{6} 1-2\/2\]\n1\w\w:one\n2\w\w:two$/);
		expect(lastTexts(models.requests[3])).toBe('[exit code 3]\none\nthree\n');
		expectAppendOnly(models.requests);
		const types = environment.journal.map((entry) => entry.event.type);
		expect(types.filter((type) => type === 'tree.saved')).toHaveLength(2);
		expect(types).toContain('agent.noted');
		expect(models.requests[0]?.tools.map((tool) => tool.name)).toEqual([...toolNames, 'submit'].sort());
	});

	it('runs reads side by side and answers in the order of the calls, submit last', async () => {
		const workspace = createLocalWorkspace();
		const models = script(
			{
				call: [
					{ tool: 'submit', with: { summary: 'early' } },
					{ tool: 'write', with: { path: 'x', content: '1\n' } },
					{ tool: 'read', with: { path: 'x' } },
					{ tool: 'read', with: { path: 'y' } },
				],
			},
			done,
		);
		const environment = createTestEnvironment(models);
		await runAgent(buildTask(workspace), environment);
		const results = models.requests[1]?.messages.at(-1)?.blocks ?? [];
		expect(results.map((block) => ('text' in block ? block.text.split(/[ \n]/)[0] : ''))).toEqual([
			'E_EARLY',
			'written',
			'[x',
			'E_ABSENT',
		]);
	});

	it('forces the submit call when there are no other tools', async () => {
		const models = script(done);
		const end = await runAgent(buildTask(null), createTestEnvironment(models));
		expect(end.kind).toBe('submitted');
		expect(models.requests[0]?.toolChoice).toEqual({ tool: 'submit' });
	});

	it('lets a wrong submission be repaired three times and then fails', async () => {
		const wrong = call('submit', { summary: 7 });
		const repaired = script(wrong, wrong, wrong, done);
		expect((await runAgent(buildTask(null), createTestEnvironment(repaired))).kind).toBe('submitted');
		expect(lastTexts(repaired.requests[1])).toContain('- summary: Invalid input');
		const models = script(wrong);
		const end = await runAgent(buildTask(null), createTestEnvironment(models));
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'failed', reason: 'the submitted value was wrong 4 times' });
		expect(models.requests).toHaveLength(4);
	});

	it('applies the rules of the task beyond the shape', async () => {
		const models = script(call('submit', { summary: 'bad' }), done);
		const task = {
			...buildTask(null),
			check: (value: { summary: string }) => (value.summary === 'bad' ? ['not bad'] : []),
		};
		const end = await runAgent(task, createTestEnvironment(models));
		expect(end).toMatchObject({ kind: 'submitted', value: { summary: 'done' } });
		expect(lastTexts(models.requests[1])).toContain('- not bad');
	});

	it('takes a submission that is not an object', async () => {
		const models = script(call('submit', { value: ['x'] }));
		const { check: _, ...rest } = buildTask(null);
		const task = { ...rest, submit: z.array(z.string()) };
		expect(await runAgent(task, createTestEnvironment(models))).toMatchObject({ kind: 'submitted', value: ['x'] });
	});
});

describe('a model that misbehaves', () => {
	it.each<[string, ScriptedAnswer, string]>([
		['talks without a call', { say: 'I think.' }, 'did not call submit'],
		['answers nothing', { say: ' ' }, 'answered nothing'],
		['calls a tool that does not exist', call('launch', {}), 'no call that could be understood'],
		['repeats itself', call('glob', { pattern: '**' }), 'the same glob call'],
	])('%s and is stopped with a reason', async (_name, answer, reason) => {
		const end = await runAgent(buildTask(createLocalWorkspace()), createTestEnvironment(script(answer)));
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'failed' });
		expect(end.kind === 'stopped' && end.reason).toContain(reason);
	});

	it('is told of arguments that are not JSON, and of cut replies', async () => {
		const broken = (text: string, stop: 'tool_calls' | 'max_tokens') => ({
			message: {
				role: 'assistant' as const,
				blocks: [{ type: 'tool_call' as const, id: 'c1', name: 'read', arguments: text }],
				raw: null,
			},
			stop,
			usage: null,
			model: 'm',
			requestId: null,
			durationMs: 1,
			firstTokenMs: null,
		});
		const models = script(broken('{"path":', 'tool_calls'), broken('{"path":"a"}', 'max_tokens'), done);
		const end = await runAgent(buildTask(createLocalWorkspace()), createTestEnvironment(models));
		expect(end.kind).toBe('submitted');
		expect(lastTexts(models.requests[1])).toContain('E_JSON read');
		expect(lastTexts(models.requests[2])).toContain('E_CUT not run');
	});

	it('thinks until its output limit: the reason says so', async () => {
		const { expandTurn } = await import('../../src/adapters/replay/compact-turn.ts');
		const models = createScriptedModels((request) => ({
			...expandTurn({ think: 'Hm.', usage: { output: 2000 } }, request.place),
			stop: 'max_tokens',
		}));
		const environment = createTestEnvironment(models);
		expect(await runAgent(buildTask(null), { ...environment, arms: environment.arms.slice(0, 1) })).toMatchObject({
			outcome: 'failed',
			reason: 'first/a: the model thought until its output limit of 2000 tokens and answered nothing (after 3 tries)',
		});
	});

	it('is warned before it is stopped for repeating itself', async () => {
		const models = script(...Array(3).fill(call('glob', { pattern: '*' })), done);
		await runAgent(buildTask(createLocalWorkspace()), createTestEnvironment(models));
		expect(lastTexts(models.requests[2])).not.toContain('same glob call');
		expect(lastTexts(models.requests[3])).toContain('You made the same glob call 3 times');
	});

	it('refuses: the next arm is asked, and nothing of the refusal is sent to it', async () => {
		const refusal = { say: 'no' };
		const models = createScriptedModels(async (request) => {
			if (request.arm.provider !== 'first') return done;
			const { expandTurn } = await import('../../src/adapters/replay/compact-turn.ts');
			return { ...expandTurn(refusal, request.place), stop: 'refusal' };
		});
		const end = await runAgent(buildTask(null), createTestEnvironment(models));
		expect(end).toMatchObject({ kind: 'submitted', arm: 'second/b', turns: 2 });
		expect(models.requests[1]?.messages).toHaveLength(1);
	});
});

describe('limits', () => {
	it('stops before a call whose worst case does not fit the budget', async () => {
		const models = script(done);
		const environment = createTestEnvironment(models);
		const end = await runAgent(buildTask(null), {
			...environment,
			budget: { ...environment.budget, remainingUsd: () => 0.001 },
		});
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'out_of_budget' });
		expect(models.requests).toHaveLength(0);
	});

	it('asks for less output when less is affordable', async () => {
		const models = script(done);
		const environment = createTestEnvironment(models);
		await runAgent(buildTask(null), { ...environment, budget: { ...environment.budget, remainingUsd: () => 0.004 } });
		expect(models.requests[0]?.maxOutputTokens).toBeGreaterThan(2000);
		expect(models.requests[0]?.maxOutputTokens).toBeLessThan(4000);
	});

	it('journals the most that a call may cost before it is made', async () => {
		const environment = createTestEnvironment(script(done));
		await runAgent(buildTask(null), environment);
		const requested = environment.journal.find(({ event }) => event.type === 'model.requested')?.event;
		expect(requested).toMatchObject({ reservedUsd: expect.closeTo(0.008, 3) });
	});

	it('reckons with the prompt length that the provider counted', async () => {
		const flat = createFlatCatalogue(1);
		const catalogue: Catalogue = {
			...flat,
			facts: (arm) => {
				const facts = flat.facts(arm);
				if (facts === null) return null;
				const rate = (tokens: number) => (tokens > 30_000 ? 100 : 1);
				const prices = (tokens: number) => ({ fresh: rate(tokens), cached: 0, cacheWrite: 0, output: 0 });
				return { ...facts, contextWindow: 40_000, prices };
			},
		};
		const models = script({ say: 'Hm.', usage: { fresh: 20_000 } }, { ...done, usage: { fresh: 20_100 } });
		const environment = createTestEnvironment(models, { catalogue });
		await runAgent({ ...buildTask(null), prompt: 'x'.repeat(114_000) }, environment);
		expect(models.requests.map((request) => request.maxOutputTokens)).toEqual([2000, 8000]);
		const usd = environment.journal.flatMap(({ event }) => (event.type === 'model.responded' ? event.usd : []));
		expect(usd).toEqual([0.02, 0.0201]);
	});

	it('refuses a model without a price unless that is allowed', async () => {
		const unpriced = { catalogue: createFlatCatalogue(null) };
		expect(await runAgent(buildTask(null), createTestEnvironment(script(done), unpriced))).toMatchObject({
			kind: 'stopped',
			outcome: 'refused',
		});
		const environment = createTestEnvironment(script(done), unpriced);
		const budget = { ...environment.budget, unpricedModels: 'allow' as const };
		expect((await runAgent(buildTask(null), { ...environment, budget })).kind).toBe('submitted');
	});

	it('stops at the turn limit, having said so before', async () => {
		let count = 0;
		const models = createScriptedModels(() => call('note', { text: `thought ${count++}` }));
		const environment = createTestEnvironment(models);
		const end = await runAgent(buildTask(createLocalWorkspace()), {
			...environment,
			budget: { ...environment.budget, turns: 8 },
		});
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'out_of_budget', reason: 'the limit of 8 turns is reached' });
		expect(lastTexts(models.requests[3])).toContain('Only 5 turns are left');
	});
});

describe('model faults', () => {
	it('are retried with growing waits, each attempt journaled', async () => {
		let tries = 0;
		const models = createScriptedModels(() => (++tries < 4 ? new ModelFault('overloaded', 'busy') : done));
		const environment = createTestEnvironment(models);
		expect((await runAgent(buildTask(null), environment)).kind).toBe('submitted');
		expect(environment.journal.filter((entry) => entry.event.type === 'model.failed')).toHaveLength(3);
		const [first = 0, second = 0, third = 0] = environment.clock.slept;
		expect(first).toBeLessThan(second);
		expect(second).toBeLessThan(third);
	});

	it('wait as long as the provider says, and leave the worker free when that is long', async () => {
		let tries = 0;
		const short = createTestEnvironment(
			createScriptedModels(() =>
				++tries === 1 ? new ModelFault('rate_limited', 'slow', { retryAfterMs: 7000 }) : done,
			),
		);
		await runAgent(buildTask(null), short);
		expect(short.clock.slept).toEqual([7000]);
		const long = script(new ModelFault('rate_limited', 'slow', { retryAfterMs: 600_000 }));
		await expect(runAgent(buildTask(null), createTestEnvironment(long))).rejects.toMatchObject({
			kind: 'delayed',
			retryAfterMs: 600_000,
		});
	});

	it('move on to the next arm only while no reply was accepted', async () => {
		const before = createScriptedModels((request) =>
			request.arm.provider === 'first' ? new ModelFault('not_authorised', 'key refused') : done,
		);
		expect(await runAgent(buildTask(null), createTestEnvironment(before))).toMatchObject({ arm: 'second/b' });
		const after = createScriptedModels((request) =>
			request.place.turn === 1 ? { say: 'hm' } : new ModelFault('not_authorised', 'key refused'),
		);
		expect(await runAgent(buildTask(null), createTestEnvironment(after))).toMatchObject({
			kind: 'stopped',
			outcome: 'needs_human',
			reason: 'first/a: key refused',
		});
		expect(after.requests.every((request) => request.arm.provider === 'first')).toBe(true);
	});

	it('of one kind do not use up the patience with another', async () => {
		const faults = ['rate_limited', 'rate_limited', 'rate_limited', 'stalled'] as const;
		const models = createScriptedModels(() => {
			const kind = faults[models.requests.length - 1];
			return kind === undefined ? done : new ModelFault(kind, 'not now');
		});
		expect(await runAgent(buildTask(null), createTestEnvironment(models))).toMatchObject({ arm: 'first/a' });
	});

	it('that end the work end it in the same words when a crash came between', async () => {
		const models = createScriptedModels((request) =>
			request.arm.provider === 'first'
				? new ModelFault('spend_limit', 'no credit')
				: new ModelFault('stalled', 'no bytes for 90 s'),
		);
		const whole = createTestEnvironment(models);
		const end = await runAgent(buildTask(null), whole);
		expect(end).toEqual({
			kind: 'stopped',
			outcome: 'needs_human',
			reason: 'first/a: no credit; second/b: no bytes for 90 s (after 3 tries)',
		});
		for (let cut = 0; cut <= whole.journal.length; cut += 1) {
			const history = whole.journal.slice(0, cut);
			expect(await runAgent(buildTask(null), createTestEnvironment(models, { history }))).toEqual(end);
		}
	});

	it('avoid a model that is to be avoided while another is configured', async () => {
		const models = script(done);
		const end = await runAgent({ ...buildTask(null), avoid: ['first/a@high'] }, createTestEnvironment(models));
		expect(end).toMatchObject({ arm: 'second/b' });
	});
});

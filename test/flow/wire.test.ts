import { join } from 'node:path';
import { type Fixture, LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordedReply } from '../../src/adapters/replay/recording.ts';
import { readBundledTexts } from '../../src/bundled.ts';
import { loadRun } from '../../src/cli/load-run.ts';
import { type Rehearsal, startRehearsal } from '../../src/demo/rehearsal.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const mock = new LLMock({ port: 0, logLevel: 'silent' });
let rehearsal: Rehearsal;

beforeAll(async () => {
	await mock.start();
	rehearsal = await startRehearsal(green, {
		directory: join(temporaryDirectory(), 'green'),
		host: process.env,
		models: 'live',
		environment: {
			ANTHROPIC_API_KEY: 'key-of-the-test',
			ANTHROPIC_BASE_URL: mock.url,
			OPENAI_API_KEY: 'key-of-the-test',
			OPENAI_BASE_URL: `${mock.url}/v1`,
			MOONSHOT_API_KEY: 'key-of-the-test',
			MOONSHOT_BASE_URL: `${mock.url}/v1`,
		},
	});
	mock.addFixtures(fixturesOf(rehearsal.world.recording));
});
afterAll(async () => {
	await rehearsal.close();
	await mock.stop();
});

test('the road ends in a merge with models that answer over both wire protocols, each turn priced', async () => {
	const { issue, run } = await rehearsal.dispatch();
	await rehearsal.untilRest(run);
	await rehearsal.world.github.settled();
	const { runs } = rehearsal.factory;
	const seen = await rehearsal.look(issue, (await loadRun(runs, run)).state);
	expect(green.findBroken(seen)).toEqual([]);

	const replies = (await runs.read(run)).flatMap(({ event }) => (event.type === 'model.responded' ? [event] : []));
	expect(replies).toHaveLength(rehearsal.world.recording.length);
	expect(new Set(replies.map(({ job, arm }) => `${job} ${arm.split('/')[0]}`))).toEqual(
		new Set([
			'triage anthropic',
			'explore anthropic',
			'plan anthropic',
			'implement moonshot',
			'review anthropic',
			'evaluate openai',
		]),
	);
	for (const { usd } of replies) expect(usd).toBeGreaterThan(0);

	const asked = mock.getRequests();
	expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/v1/messages', '/v1/chat/completions']));
	expect(asked.filter(({ response }) => response.status !== 200)).toEqual([]);
	expect(asked).toHaveLength(replies.length);
}, 120_000);

/**
 * Each recorded turn, answered where its conversation stands. Nothing of a run but its texts reaches a provider: the job is told by the
 * opening of the system prompt, the turn by how often the model has spoken.
 */
function fixturesOf(recording: readonly RecordedReply[]): Fixture[] {
	return recording.map((recorded) => {
		const { prompt, turn } = conversationOf(recorded, recording);
		const opening = readBundledTexts().prompts.get(prompt)?.slice(0, 60);
		if (opening === undefined) throw new Error(`There is no prompt ${prompt}.`);
		return { match: { systemMessage: opening, turnIndex: turn - 1 }, response: responseOf(recorded) };
	});
}

/** The judge of the plan has a conversation and a prompt of its own within the job `evaluate`: its turn is the last. */
function conversationOf({ job, turn }: RecordedReply, recording: readonly RecordedReply[]) {
	const isLast = turn === recording.filter((other) => other.job === job).length;
	return job === 'evaluate' && isLast ? { prompt: 'evaluate-plan', turn: 1 } : { prompt: job, turn };
}

function responseOf({ reply, arm }: RecordedReply): Fixture['response'] {
	const { blocks } = reply.message;
	const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
	const thought = blocks.map((block) => (block.type === 'thinking' ? block.text : '')).join('');
	const toolCalls = blocks.flatMap((block) => (block.type === 'tool_call' ? [block] : []));
	const { fresh = 0, cached = 0, cacheWrite = 0, output = 0 } = reply.usage ?? {};
	const input = fresh + cached + cacheWrite;
	const usage = arm.startsWith('anthropic/')
		? { input_tokens: input, output_tokens: output }
		: { prompt_tokens: input, completion_tokens: output };
	return { content: text, toolCalls, usage, ...(thought === '' ? {} : { reasoning: thought }) };
}

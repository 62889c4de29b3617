import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createAnthropicModel } from '../../src/adapters/anthropic/anthropic-model.ts';
import { createOpenAiModel } from '../../src/adapters/openai/openai-model.ts';
import { recordingOf } from '../../src/adapters/replay/recording.ts';
import { createReplayModels } from '../../src/adapters/replay/replay-models.ts';
import { type AgentTask, toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { Model, Models } from '../../src/ports/model.ts';
import { createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace } from '../support/local-workspace.ts';
import { plainFacts } from '../support/model-request.ts';
import { startRawServer, writeEvents } from '../support/raw-server.ts';

const calls = [
	[
		{ id: 't1', name: 'bash', arguments: '{"command": "echo one >> log",  "2":0, "1":0}' },
		{ id: 't2', name: 'bash', arguments: '{"command": "cut' },
	],
	[{ id: 't3', name: 'bash', arguments: '{"command":"echo two >> log"}' }],
	[],
	[{ id: 't4', name: 'submit', arguments: '{"summary":"d\\u00f6ne \\ud83d"}' }],
];

function anthropicEvents(turn: number): object[] {
	const usage = { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
	const message = { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: null, usage };
	const blocks = (calls[turn] ?? []).flatMap(({ id, name, arguments: text }, index) => [
		{ type: 'content_block_start', index: index + 2, content_block: { type: 'tool_use', id, name, input: {} } },
		{ type: 'content_block_delta', index: index + 2, delta: { type: 'input_json_delta', partial_json: text } },
	]);
	return [
		{ type: 'message_start', message },
		{ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
		{ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: `I think ${turn}. \ud83d` } },
		{ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: `SIG${turn}==` } },
		{ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
		{ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: turn === 2 ? 'So be it.' : '\n\n' } },
		...blocks,
		{ type: 'message_delta', delta: { stop_reason: blocks.length > 0 ? 'tool_use' : 'end_turn' }, usage },
		{ type: 'message_stop' },
	];
}

function openAiEvents(turn: number): object[] {
	const chunk = (delta: object, finish_reason: string | null = null) => ({
		id: 'c',
		object: 'chat.completion.chunk',
		created: 1,
		model: 'x',
		choices: [{ index: 0, delta, finish_reason }],
	});
	const parts = (calls[turn] ?? []).map(({ id, name, arguments: text }, index) =>
		chunk({
			tool_calls: [{ index, id, type: 'function', function: { name, arguments: text }, extra: { z: 1, a: turn } }],
		}),
	);
	return [
		chunk({ role: 'assistant', content: '', reasoning_content: `I think ${turn}. \ud83d` }),
		...(parts.length > 0 ? parts : [chunk({ content: 'So be it.' })]),
		chunk({}, parts.length > 0 ? 'tool_calls' : 'stop'),
	];
}

/** A server that answers by how many replies it is shown, and a model that talks to it. */
async function startModel(protocol: 'anthropic' | 'openai') {
	const server = await startRawServer((response) => {
		const messages = server.bodies.at(-1)?.messages;
		const shown = Array.isArray(messages) ? messages.filter(({ role }) => role === 'assistant').length : 0;
		writeEvents(response, protocol === 'anthropic' ? anthropicEvents(shown) : openAiEvents(shown));
		response.end(protocol === 'anthropic' ? '' : 'data: [DONE]\n\n');
	});
	const endpoint = { provider: protocol, baseUrl: server.url, key: 'k' };
	const model =
		protocol === 'anthropic' ? createAnthropicModel(endpoint, plainFacts) : createOpenAiModel(endpoint, plainFacts);
	return { bodies: server.bodies, model };
}

function modelsOf(model: Model): Models {
	return { isConfigured: () => true, forArm: () => model };
}

function withoutMarks(message: unknown): string {
	return JSON.stringify(message, (key, value) => (key === 'cache_control' ? undefined : value));
}

function messagesOf(body: { [key: string]: unknown } | undefined): string[] {
	return Array.isArray(body?.messages) ? body.messages.map(withoutMarks) : [];
}

it.each(['anthropic', 'openai'] as const)(
	'sends the same bytes over %s after a cut at any event, on top of what it sent before, and a replay shows models the same',
	async (protocol) => {
		const { bodies, model } = await startModel(protocol);
		const workspace = createLocalWorkspace();
		const task: AgentTask<{ summary: string }> = {
			role: 'implement',
			system: 'You change code.',
			prompt: 'Do it.',
			submit: z.strictObject({ summary: z.string() }),
			tools: toolNames,
			workspace,
		};
		const clear = () => {
			for (const name of readdirSync(workspace.directory)) rmSync(join(workspace.directory, name), { recursive: true });
			mkdirSync(join(workspace.directory, 'src'));
			writeFileSync(join(workspace.directory, 'src/a'), 'a\n');
		};
		clear();
		const whole = createTestEnvironment(modelsOf(model));
		expect(await runAgent(task, whole)).toMatchObject({ kind: 'submitted', turns: 4 });
		const unbroken = bodies.splice(0).map((body) => JSON.stringify(body));
		expect(unbroken).toHaveLength(4);
		for (const [index, text] of unbroken.entries()) {
			const before = messagesOf(index === 0 ? undefined : JSON.parse(unbroken[index - 1] ?? ''));
			expect(messagesOf(JSON.parse(text)).slice(0, before.length)).toEqual(before);
		}

		for (let cut = 0; cut <= whole.journal.length; cut += 1) {
			// As it comes back from the store.
			const history = JSON.parse(JSON.stringify(whole.journal.slice(0, cut)));
			clear();
			await runAgent(task, createTestEnvironment(modelsOf(model), { history }));
			const sent = bodies.splice(0).map((body) => JSON.stringify(body));
			expect(sent, `cut after event ${cut}`).toEqual(unbroken.slice(unbroken.length - sent.length));
		}

		clear();
		const replayed = createTestEnvironment(createReplayModels(recordingOf(JSON.parse(JSON.stringify(whole.journal)))));
		await runAgent(task, replayed);
		const digests = (environment: typeof whole) =>
			environment.journal.flatMap(({ event }) => (event.type === 'model.requested' ? event.digest : []));
		expect(digests(replayed)).toEqual(digests(whole));
	},
);

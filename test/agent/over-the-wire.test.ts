import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCatalogue } from '../../src/adapters/catalogue/load-catalogue.ts';
import { createModels } from '../../src/adapters/models.ts';
import { toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import { parseArm } from '../../src/core/arm.ts';
import { createSteppingClock, createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace } from '../support/local-workspace.ts';

const mock = new LLMock({ port: 0, logLevel: 'silent' });
beforeAll(async () => {
	const usage = { input_tokens: 100, output_tokens: 10, prompt_tokens: 100, completion_tokens: 10 };
	const edit = JSON.stringify({ path: 'a.txt', old: 'bug', new: 'fix' });
	const submit = JSON.stringify({ summary: 'fixed' });
	mock.on(
		{ userMessage: 'Fix a.txt.', hasToolResult: false },
		{ content: 'Fixing.', toolCalls: [{ id: 'c1', name: 'replace_text', arguments: edit }], usage },
	);
	mock.on({ toolCallId: 'c1' }, { toolCalls: [{ id: 'c2', name: 'submit', arguments: submit }], usage });
	await mock.start();
});
afterAll(() => mock.stop());

it.each(['anthropic/claude-sonnet-5', 'openai/gpt-5.5'])(
	'%s does a job over its own wire format, priced',
	async (name) => {
		const clock = createSteppingClock();
		const catalogue = loadCatalogue(readFileSync('config/models.yml', 'utf8'), 'config/models.yml', clock);
		const models = createModels(catalogue, {
			ANTHROPIC_API_KEY: 'k',
			ANTHROPIC_BASE_URL: mock.url,
			OPENAI_API_KEY: 'k',
			OPENAI_BASE_URL: `${mock.url}/v1`,
		});
		const workspace = createLocalWorkspace();
		writeFileSync(join(workspace.directory, 'a.txt'), 'a bug\n');
		const arm = parseArm(name);
		const environment = createTestEnvironment(models, { arms: arm === null ? [] : [arm], catalogue });
		const end = await runAgent(
			{
				role: 'implement',
				system: 'You fix.',
				prompt: 'Fix a.txt.',
				submit: z.strictObject({ summary: z.string() }),
				tools: toolNames,
				workspace,
			},
			environment,
		);
		expect(end).toEqual({ kind: 'submitted', value: { summary: 'fixed' }, arm: name, turns: 2 });
		expect(readFileSync(join(workspace.directory, 'a.txt'), 'utf8')).toBe('a fix\n');
		const costs = environment.journal.flatMap(({ event }) => (event.type === 'model.responded' ? [event.usd] : []));
		expect(costs).toHaveLength(2);
		for (const usd of costs) expect(usd).toBeGreaterThan(0);
	},
);

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/adapters/catalogue/load-catalogue.ts';
import { createModels } from '../../src/adapters/models.ts';
import { parseArm } from '../../src/core/arm.ts';
import { createSteppingClock } from '../support/agent-journal.ts';
import { buildRequest } from '../support/model-request.ts';
import { startRawServer, writeEvents } from '../support/raw-server.ts';

const path = 'config/models.yml';
const catalogue = loadCatalogue(readFileSync(path, 'utf8'), path, createSteppingClock());
const arm = (name: string) => parseArm(name) ?? buildRequest('none').arm;

describe('models over the network', () => {
	it('are configured once their key is there', () => {
		const sonnet = arm('anthropic/claude-sonnet-5');
		expect(createModels(catalogue, {}).isConfigured(sonnet)).toBe(false);
		expect(createModels(catalogue, { ANTHROPIC_API_KEY: '' }).isConfigured(sonnet)).toBe(false);
		expect(createModels(catalogue, { ANTHROPIC_API_KEY: 'k' }).isConfigured(sonnet)).toBe(true);
		expect(createModels(catalogue, { ANTHROPIC_API_KEY: 'k' }).isConfigured(arm('nobody/model'))).toBe(false);
	});

	it('name the variable that is missing', () => {
		expect(() => createModels(catalogue, {}).forArm(arm('openai/gpt-5.5'))).toThrow(
			'openai/gpt-5.5 cannot be called: set OPENAI_API_KEY in the environment',
		);
		expect(() => createModels(catalogue, {}).forArm(arm('nobody/model'))).toThrow('not in the model catalogue');
	});

	it('go to the address that the environment names, with the key of their own provider', async () => {
		const server = await startRawServer((response) => {
			const choice = { index: 0, delta: { content: 'hi' }, finish_reason: 'stop' };
			writeEvents(response, [{ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] }]);
			response.end('data: [DONE]\n\n');
		});
		const env = { OPENAI_API_KEY: 'sk-openai', OPENAI_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-anthropic' };
		const request = buildRequest('openai', { arm: arm('openai/gpt-5.5') });
		const reply = await createModels(catalogue, env)
			.forArm(request.arm)
			.complete(request, new AbortController().signal);
		expect(reply.message.blocks).toEqual([{ type: 'text', text: 'hi' }]);
		expect(server.headers[0]?.authorization).toBe('Bearer sk-openai');
		expect(JSON.stringify(server.headers)).not.toContain('sk-anthropic');
	});
});

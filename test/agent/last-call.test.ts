import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentTask } from '../../src/agent/agent-task.ts';
import { lastCallText } from '../../src/agent/last-call.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Role } from '../../src/core/role.ts';
import { createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace, type LocalWorkspace } from '../support/local-workspace.ts';
import { createScriptedModels } from '../support/scripted-model.ts';

const usage = { fresh: 0, cached: 0, cacheWrite: 0, output: 5000, reasoning: 0 };

function taskFor(role: Role, workspace: LocalWorkspace): AgentTask<{ summary: string }> {
	return {
		role,
		system: 'You look.',
		prompt: 'Look.',
		submit: z.strictObject({ summary: z.string() }),
		tools: ['note'],
		workspace,
	};
}

/** A model that submits only when it must; each of its replies costs half a cent. */
async function work(limits: { usd: number; turns: number }, role: Role = 'explore', history: JournalEntry[] = []) {
	const models = createScriptedModels((request) => {
		if (request.toolChoice === 'auto')
			return { call: [{ tool: 'note', with: { text: `${request.place.turn}` } }], usage };
		return { call: [{ tool: 'submit', with: { summary: 'as far as I got' } }], usage: { ...usage, output: 100 } };
	});
	const environment = createTestEnvironment(models, { history });
	const spent = () =>
		environment.journal.reduce((sum, { event }) => sum + (event.type === 'model.responded' ? (event.usd ?? 0) : 0), 0);
	const budget = {
		...environment.budget,
		turns: limits.turns,
		keptUsd: limits.usd * 0.05,
		remainingUsd: () => limits.usd - spent(),
	};
	const end = await runAgent(taskFor(role, createLocalWorkspace()), { ...environment, budget });
	return { end, requests: models.requests, journal: environment.journal, spent: spent() };
}

describe('the last call', () => {
	it('has to submit when the money for another one is the part that is kept', async () => {
		const { end, requests, spent } = await work({ usd: 0.054, turns: 50 });
		expect(end).toMatchObject({ kind: 'submitted', value: { summary: 'as far as I got' } });
		expect(requests.slice(0, -1).every(({ toolChoice }) => toolChoice === 'auto')).toBe(true);
		expect(requests.at(-1)?.toolChoice).toEqual({ tool: 'submit' });
		expect(JSON.stringify(requests.at(-1)?.messages.at(-1))).toContain(lastCallText);
		expect(requests).toHaveLength(11);
		expect(spent).toBeLessThanOrEqual(0.054);
		for (const request of requests.slice(0, -1)) expect(JSON.stringify(request.messages)).not.toContain(lastCallText);
	});

	it('has to submit when it is the last turn', async () => {
		const { end, requests } = await work({ usd: 100, turns: 4 });
		expect(end).toMatchObject({ kind: 'submitted', turns: 4 });
		expect(requests.map(({ toolChoice }) => toolChoice)).toEqual(['auto', 'auto', 'auto', { tool: 'submit' }]);
	});

	it('is not forced from those who judge', async () => {
		const { end, requests } = await work({ usd: 100, turns: 4 }, 'evaluate');
		expect(end).toMatchObject({ kind: 'stopped', outcome: 'out_of_budget' });
		expect(requests.every(({ toolChoice }) => toolChoice === 'auto')).toBe(true);
	});

	it('is announced once, and made with the same words after a crash', async () => {
		const whole = await work({ usd: 100, turns: 4 });
		const told = whole.journal.findIndex(({ event }) => event.type === 'agent.told' && event.text === lastCallText);
		for (const cut of [told, told + 1, told + 2]) {
			const resumed = await work({ usd: 100, turns: 4 }, 'explore', whole.journal.slice(0, cut));
			expect(resumed.requests).toHaveLength(1);
			expect(resumed.requests[0]?.messages).toEqual(whole.requests.at(-1)?.messages);
			expect(resumed.end).toEqual(whole.end);
		}
	});
});

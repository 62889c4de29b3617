import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCatalogue } from '../../src/adapters/catalogue/load-catalogue.ts';
import type { StallLimits } from '../../src/adapters/http/stall-watch.ts';
import { createModels } from '../../src/adapters/models.ts';
import { type AgentEnd, toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import { parseArm } from '../../src/core/arm.ts';
import { createSteppingClock, createTestEnvironment, type TestEnvironment } from '../support/agent-journal.ts';
import { type Answer, answerInOrder, replyCalling } from '../support/fake-provider/answer.ts';
import {
	type FakeProvider,
	type FakeProviderOptions,
	startFakeProvider,
} from '../support/fake-provider/fake-provider.ts';
import { findPrefixBreak } from '../support/fake-provider/prefix-break.ts';
import { createVirtualClock } from '../support/fake-provider/virtual-clock.ts';
import { createLocalWorkspace } from '../support/local-workspace.ts';

const arms = ['anthropic/claude-sonnet-5', 'openai/gpt-5.5', 'moonshot/kimi-k2.6'] as const;
const open: FakeProvider[] = [];
afterEach(async () => {
	for (const provider of open.splice(0)) await provider.close();
});

interface Played {
	end: AgentEnd<{ summary: string }>;
	environment: TestEnvironment;
	provider: FakeProvider;
	file: string;
}

/** One job with all tools on one file, against a provider that answers so. */
async function play(
	arm: string,
	answers: readonly Answer[],
	more: Partial<FakeProviderOptions> = {},
	limits?: StallLimits,
): Promise<Played> {
	const provider = await startFakeProvider({
		script: answerInOrder(...answers),
		clock: createVirtualClock(),
		reasoningContent: arm.startsWith('moonshot/') ? 'required' : 'ignored',
		...more,
	});
	open.push(provider);
	const catalogue = loadCatalogue(
		readFileSync('config/models.yml', 'utf8'),
		'config/models.yml',
		createSteppingClock(),
	);
	const models = createModels(
		catalogue,
		{
			ANTHROPIC_API_KEY: 'k',
			ANTHROPIC_BASE_URL: provider.url,
			OPENAI_API_KEY: 'k',
			OPENAI_BASE_URL: `${provider.url}/v1`,
			MOONSHOT_API_KEY: 'k',
			MOONSHOT_BASE_URL: `${provider.url}/v1`,
		},
		limits,
	);
	const workspace = createLocalWorkspace();
	const file = join(workspace.directory, 'a.txt');
	writeFileSync(file, 'a bug\n');
	const parsed = parseArm(arm);
	const environment = createTestEnvironment(models, { arms: parsed === null ? [] : [parsed], catalogue });
	const end = await runAgent(
		{
			role: 'implement',
			system: 'You fix.',
			prompt: `Fix a.txt. ${'Mind the rules of the house. '.repeat(200)}`,
			submit: z.strictObject({ summary: z.string() }),
			tools: toolNames,
			workspace,
		},
		environment,
	);
	return { end, environment, provider, file };
}

const fix = replyCalling(
	'replace_text',
	{ path: 'a.txt', old: 'bug', new: 'fix' },
	{ say: 'I fix it.', think: 'A bug.' },
);
const submit = replyCalling('submit', { summary: 'fixed' }, { think: 'That is all.' });
const done = { kind: 'submitted', value: { summary: 'fixed' } };

function faultsOf({ environment }: Played): string[] {
	return environment.journal.flatMap(({ event }) => (event.type === 'model.failed' ? [event.fault] : []));
}

function expectAppendOnly({ provider }: Played): void {
	expect(findPrefixBreak(provider.exchanges.flatMap(({ body }) => (body === null ? [] : [body])))).toBeNull();
	expect(provider.exchanges.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([]);
}

describe.each(arms)('%s against a provider that holds to its protocol', (arm) => {
	it('does the job: signed thinking goes back, nothing sent is ever altered, the cache is read', async () => {
		const read = replyCalling('read', { path: 'a.txt' }, { think: 'Look first.' });
		const both: Answer = {
			kind: 'reply',
			think: 'Two at once.',
			calls: [
				{ name: 'glob', arguments: { pattern: '*' } },
				{ name: 'bash', arguments: { command: 'cat a.txt' } },
			],
		};
		const talk: Answer = { kind: 'reply', say: 'I think about it.' };
		const played = await play(arm, [read, both, fix, talk, submit]);
		expect(played.end).toMatchObject(done);
		expect(readFileSync(played.file, 'utf8')).toBe('a fix\n');
		expectAppendOnly(played);
		const uses = played.provider.exchanges.map(({ tokens }) => tokens);
		for (const use of uses.slice(1)) expect(use?.cached).toBeGreaterThan(1000);
		const told = played.environment.journal.flatMap(({ event }) => (event.type === 'model.responded' ? [event] : []));
		expect(told.map(({ reply }) => reply.usage?.cached)).toEqual(uses.map((use) => use?.cached));
		for (const { usd } of told) expect(usd).toBeGreaterThan(0);
	});

	it.each<[string, Answer, string]>([
		[
			'429 with a time to wait',
			{ kind: 'error', status: 429, type: 'rate_limit_error', message: 'slow down', retryAfterSeconds: 7 },
			'rate_limited',
		],
		['429 without one', { kind: 'error', status: 429, type: 'rate_limit_error', message: 'slow down' }, 'rate_limited'],
		['529', { kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded' }, 'overloaded'],
		[
			'an error in the stream',
			{
				kind: 'error_in_stream',
				type: 'overloaded_error',
				message: 'Overloaded',
				reply: fix.kind === 'reply' ? fix : { kind: 'reply' },
			},
			'overloaded',
		],
		['a connection that breaks', { kind: 'break', reply: { kind: 'reply', say: 'I will', think: 'Hm.' } }, 'network'],
	])('goes on after %s, with the same request', async (_name, fault, kind) => {
		const played = await play(arm, [fault, fix, fault, submit]);
		expect(played.end).toMatchObject(done);
		expect(readFileSync(played.file, 'utf8')).toBe('a fix\n');
		expect(faultsOf(played)).toEqual([kind, kind]);
		expectAppendOnly(played);
		const { slept } = played.environment.clock;
		if (fault.kind === 'error' && fault.retryAfterSeconds !== undefined) expect(slept).toEqual([7000, 7000]);
		else expect(slept.every((ms) => ms >= 375 && ms <= 500)).toBe(true);
	});

	it.each<[string, Answer]>([
		['a stall without a header', { kind: 'stall', pings: 'none', reply: null }],
		['a stall without pings', { kind: 'stall', pings: 'none', reply: { kind: 'reply', say: 'I will' } }],
		[
			'a stall with pings, up to the limit of all',
			{ kind: 'stall', pings: 'sent', reply: { kind: 'reply', say: 'I will' } },
		],
	])('gives up %s and asks again', async (_name, fault) => {
		const played = await play(arm, [fault, fix, submit], {}, { firstByteMs: 250, idleMs: 250, totalMs: 400 });
		expect(played.end).toMatchObject(done);
		expect(faultsOf(played)).toEqual(['stalled']);
		expectAppendOnly(played);
	});

	it('asks again after an empty reply and is not confused by it', async () => {
		const played = await play(arm, [{ kind: 'reply', say: '' }, fix, submit]);
		expect(played.end).toMatchObject(done);
		expectAppendOnly(played);
	});

	it('stops at a refusal and leaves it to a person', async () => {
		const played = await play(arm, [{ kind: 'reply', say: 'No.', stop: 'refusal' }]);
		expect(played.end).toMatchObject({ kind: 'stopped', outcome: 'needs_human' });
		expect(played.provider.exchanges).toHaveLength(1);
	});

	it('does nothing with arguments that were cut, and sends them back in a form that the protocol takes', async () => {
		const cut = replyCalling('write', { raw: '{"path": "b.txt", "cont' }, { stop: 'max_tokens', think: 'Write it.' });
		const broken = replyCalling('read', { raw: '{"path": ' }, { think: 'Read it.' });
		const played = await play(arm, [cut, broken, fix, submit]);
		expect(played.end).toMatchObject(done);
		expectAppendOnly(played);
	});
});

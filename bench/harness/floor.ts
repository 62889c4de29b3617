/** The least that a harness can be: a loop over the SDK with tools in the process, no journal, no policy, no sandbox. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { buildFiles } from './job.ts';
import { LiveMemory } from './live-memory.ts';
import type { Told } from './seen.ts';

const [baseURL = '', jobs = '1'] = process.argv.slice(2);
const client = new Anthropic({ apiKey: 'k', baseURL, maxRetries: 0 });
const path = { type: 'string' };
const tools: Anthropic.Tool[] = [
	tool('read', { path, offset: { type: 'integer' }, limit: { type: 'integer' } }),
	tool('write', { path, content: { type: 'string' } }),
	tool('edit', { path, old_text: { type: 'string' }, new_text: { type: 'string' } }),
	tool('bash', { command: { type: 'string' } }),
];
const marker = { cache_control: { type: 'ephemeral' as const } };
const memory = new LiveMemory(Number(jobs));
let commandMs = 0;

function tool(name: string, properties: Record<string, object>): Anthropic.Tool {
	return { name, description: `The ${name} tool.`, input_schema: { type: 'object', properties } };
}

async function call(root: string, name: string, input: Record<string, string & number>): Promise<string> {
	const file = join(root, input.path ?? '');
	if (name === 'read') {
		const lines = (await readFile(file, 'utf8')).split('\n');
		const from = (input.offset ?? 1) - 1;
		return lines.slice(from, from + (input.limit ?? 2000)).join('\n');
	}
	if (name === 'edit') {
		const text = await readFile(file, 'utf8');
		if (text.split(input.old_text ?? '').length !== 2) return 'error: not unique';
		await writeFile(
			file,
			text.replace(input.old_text ?? '', () => input.new_text ?? ''),
		);
		return 'ok';
	}
	const begin = performance.now();
	const output = await new Promise<string>((resolve) => {
		execFile('sh', ['-c', input.command ?? ''], { cwd: root }, (_error, stdout, stderr) => resolve(stdout + stderr));
	});
	commandMs += performance.now() - begin;
	return output;
}

async function work(job: number): Promise<void> {
	const root = await mkdtemp(join(tmpdir(), 'bench-floor-'));
	for (const [name, text] of buildFiles()) {
		await mkdir(dirname(join(root, name)), { recursive: true });
		await writeFile(join(root, name), text);
	}
	const messages: Anthropic.MessageParam[] = [
		{ role: 'user', content: [{ type: 'text', text: `Job ${job}. Do it.` }] },
	];
	for (let replies = 0; ; replies += 1) {
		await memory.before(replies);
		const sent = messages.map((message, index) =>
			index < messages.length - 1 || typeof message.content === 'string'
				? message
				: { ...message, content: message.content.map((block) => ({ ...block, ...marker })) },
		);
		const system = [{ type: 'text' as const, text: 'You are a coding agent.', ...marker }];
		const reply = await client.messages
			.stream({ model: 'claude-sonnet-5', max_tokens: 8000, system, tools, messages: sent as Anthropic.MessageParam[] })
			.finalMessage();
		messages.push({ role: 'assistant', content: reply.content });
		const results: Anthropic.ToolResultBlockParam[] = [];
		for (const block of reply.content) {
			if (block.type !== 'tool_use') continue;
			const content = await call(root, block.name, block.input as Record<string, string & number>);
			results.push({ type: 'tool_result', tool_use_id: block.id, content });
		}
		if (results.length === 0) break;
		messages.push({ role: 'user', content: results });
	}
	await rm(root, { recursive: true });
}

const [begin, cpu] = [performance.now(), process.cpuUsage()];
await Promise.all(Array.from({ length: Number(jobs) }, (_, job) => work(job)));
const { user, system } = process.cpuUsage(cpu);
const told: Told = {
	wallMs: performance.now() - begin,
	cpuMs: (user + system) / 1000,
	peakMb: process.resourceUsage().maxRSS / 1024,
	liveMb: memory.liveMb,
	commandMs,
	saveMs: 0,
	journalBytes: 0,
};
process.send?.(told);

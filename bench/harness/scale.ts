/**
 * Many agent jobs of many turns in one process, over the real journal in SQLite; the model answers in the process, at once, with a call
 * that notes or reads in turn. Sends what it measured to its parent.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelReply } from '../../src/core/journal.ts';
import type { Models } from '../../src/ports/model.ts';
import { withWorkspace } from '../../workers/workspace.ts';
import { openHouse } from './house.ts';

export interface ScaleResult {
	jobs: number;
	turns: number;
	ended: number;
	seconds: number;
	/** Resident memory, MiB, at each tenth of all turns. */
	residentMb: number[];
	/** Bytes that the journals grew by per turn, in each tenth. */
	journalBytesPerTurn: number[];
}

const [jobs = 30, turns = 400] = process.argv.slice(2).map(Number);
const residentMb: number[] = [];
let answered = 0;
const note = 'The third hypothesis holds: the parser drops the unit before it reads the number. '.repeat(3);

function answer(turn: number): ModelReply {
	const id = `call_${turn}`;
	const calls = [
		{ name: 'note', arguments: JSON.stringify({ text: `${note}${turn}` }) },
		{ name: 'read', arguments: JSON.stringify({ path: 'src/a.js', from: turn, lines: 3 }) },
	];
	const made = turn >= turns ? { name: 'submit', arguments: '{"summary":"done"}' } : calls[turn % 2];
	const { name, arguments: text } = made ?? { name: 'submit', arguments: '{}' };
	answered += 1;
	if (answered % Math.ceil((jobs * turns) / 10) === 0) residentMb.push(process.memoryUsage.rss() / 2 ** 20);
	return {
		message: { role: 'assistant', blocks: [{ type: 'tool_call', id, name, arguments: text }], raw: null },
		stop: 'tool_calls',
		usage: { fresh: 10, cached: 0, cacheWrite: 0, output: 10, reasoning: 0 },
		model: 'scripted',
		requestId: null,
		durationMs: 0,
		firstTokenMs: null,
	};
}

const models: Models = {
	isConfigured: () => true,
	forArm: () => ({ complete: async (request) => answer(request.place.turn) }),
};
const directory = await mkdtemp(join(tmpdir(), 'bench-scale-'));
const files = new Map([
	['src/a.js', Array.from({ length: turns + 9 }, (_, line) => `export const a${line} = ${line};\n`).join('')],
]);
const house = await openHouse({ directory, files, arm: 'anthropic/claude-sonnet-5', models: () => models });

async function work(number: number): Promise<boolean> {
	const { context, close } = await house.openJob(number);
	const end = await withWorkspace(context, context.frozen.baseSha, (workspace) =>
		context.agent({
			role: 'explore',
			system: 'You look.',
			prompt: `Job ${number}.`,
			submit: z.strictObject({ summary: z.string() }),
			tools: ['read', 'note'],
			workspace,
		}),
	);
	await close();
	return end.kind === 'submitted';
}

const begin = performance.now();
const ends = await Promise.all(Array.from({ length: jobs }, (_, number) => work(number)));
const seconds = (performance.now() - begin) / 1000;
const journalBytesPerTurn = await house.journalGrowth(turns);
await house.close();
await rm(directory, { recursive: true });
const result: ScaleResult = {
	jobs,
	turns,
	ended: ends.filter(Boolean).length,
	seconds,
	residentMb,
	journalBytesPerTurn,
};
process.send?.(result);

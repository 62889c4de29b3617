/** Our harness on the job: the implement stage with its own prompt, journal in SQLite, worktrees, tools and the sandbox of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModels } from '../../src/adapters/models.ts';
import { implement } from '../../workers/implement.ts';
import { openHouse } from './house.ts';
import { buildFiles } from './job.ts';
import { LiveMemory } from './live-memory.ts';
import type { Told } from './seen.ts';

const [baseUrl = '', jobs = '1', arm = 'anthropic/claude-sonnet-5'] = process.argv.slice(2);
const memory = new LiveMemory(Number(jobs));
const directory = await mkdtemp(join(tmpdir(), 'bench-ours-'));
const house = await openHouse({
	directory,
	files: buildFiles(),
	arm,
	models: (catalogue) => {
		const models = createModels(catalogue, {
			ANTHROPIC_API_KEY: 'k',
			ANTHROPIC_BASE_URL: baseUrl,
			OPENAI_API_KEY: 'k',
			OPENAI_BASE_URL: `${baseUrl}/v1`,
		});
		return {
			isConfigured: models.isConfigured,
			forArm: (arm) => ({
				async complete(request, ...rest) {
					await memory.before(request.place.turn - 1);
					return await models.forArm(arm).complete(request, ...rest);
				},
			}),
		};
	},
});

async function work(job: number): Promise<void> {
	const { context, close } = await house.openJob(job);
	const end = await implement(context);
	if (end.kind !== 'ended' || end.outcome !== 'done') throw new Error(`job ${job}: ${JSON.stringify(end)}`);
	await close();
}

// What a process does once is not a turn: the sandbox is probed, a provider's SDK is loaded with its first call.
await house.sandbox();
await import('../../src/adapters/anthropic/anthropic-model.ts');
await import('../../src/adapters/openai/openai-model.ts');
const [begin, cpu] = [performance.now(), process.cpuUsage()];
await Promise.all(Array.from({ length: Number(jobs) }, (_, job) => work(job)));
const { user, system } = process.cpuUsage(cpu);
const wallMs = performance.now() - begin;
const journalBytes = await house.journalBytes();
await house.close();
await rm(directory, { recursive: true });
const told: Told = {
	wallMs,
	cpuMs: (user + system) / 1000,
	peakMb: process.resourceUsage().maxRSS / 1024,
	liveMb: memory.liveMb,
	commandMs: house.spent.commandMs,
	saveMs: house.spent.saveMs,
	journalBytes,
};
process.send?.(told);

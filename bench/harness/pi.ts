/**
 * The coding agent pi (npm: @mariozechner/pi-coding-agent) on the job, where it is installed: `--peer pi` finds it on `PATH`. It runs in
 * a process of its own with a configuration of its own, no session and no network but the fake provider.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFiles } from './job.ts';
import type { Told } from './seen.ts';

const [baseUrl = '', jobs = '1'] = process.argv.slice(2);
if (jobs !== '1') throw new Error('pi runs one job per process');
const directory = await mkdtemp(join(tmpdir(), 'bench-pi-'));
const [home, work, toldFile] = [join(directory, 'home'), join(directory, 'work'), join(directory, 'told.json')];
for (const [name, text] of buildFiles()) {
	await mkdir(dirname(join(work, name)), { recursive: true });
	await writeFile(join(work, name), text);
}
await mkdir(home);
const model = { id: 'fake', name: 'fake', input: ['text'], contextWindow: 1_000_000, maxTokens: 32_000 };
const provider = { baseUrl, api: 'anthropic-messages', apiKey: 'k', models: [model] };
await writeFile(join(home, 'models.json'), JSON.stringify({ providers: { fake: provider } }));
// Loaded into pi's process: what it took is written down when it ends.
const probe = join(directory, 'probe.mjs');
await writeFile(
	probe,
	`import { writeFileSync } from 'node:fs';
process.on('exit', () => {
	const { user, system } = process.cpuUsage();
	const peakMb = process.resourceUsage().maxRSS / 1024;
	writeFileSync(${JSON.stringify(toldFile)}, JSON.stringify({ cpuMs: (user + system) / 1000, peakMb }));
});\n`,
);

const begin = performance.now();
const child = spawn('pi', ['--no-session', '--offline', '--provider', 'fake', '--model', 'fake', '-p', 'Do the job.'], {
	cwd: work,
	stdio: ['ignore', 'ignore', 'inherit'],
	env: {
		PATH: process.env.PATH,
		HOME: home,
		PI_CODING_AGENT_DIR: home,
		NODE_OPTIONS: `--import=${pathToFileURL(probe).href}`,
	},
});
const [code] = await once(child, 'exit');
if (code !== 0) throw new Error(`pi ended with exit code ${code}`);
const wallMs = performance.now() - begin;
const edited = await readFile(join(work, 'src/part-01.js'), 'utf8');
if (!edited.includes('changed_0')) throw new Error('pi did not make the edits');
const { cpuMs, peakMb } = JSON.parse(await readFile(toldFile, 'utf8')) as Pick<Told, 'cpuMs' | 'peakMb'>;
await rm(directory, { recursive: true });
const told: Told = { wallMs, cpuMs, peakMb, liveMb: Number.NaN, commandMs: null, saveMs: 0, journalBytes: 0 };
process.send?.(told);

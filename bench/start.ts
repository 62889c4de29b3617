/**
 * `dark-factory start` in a process of its own, from the moment it is spawned until `/readyz` answers 200, and its memory then and
 * after a few idle seconds. Run by `node bench/start.ts [starts]`; exits 1 when a target is missed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulatedGitHub } from '../src/demo/emulated-github.ts';

const starts = Number(process.argv[2] ?? 5);
const idleMs = 3_000;
const pollMs = 5;
const main = join(import.meta.dirname, '..', 'src', 'main.ts');

interface Start {
	readyMs: number;
	readyMb: number;
	idleMb: number;
}

async function measure(environment: Record<string, string>): Promise<Start> {
	const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
	const port = await findFreePort();
	const begin = performance.now();
	const child = spawn(process.execPath, [main, 'start'], {
		env: { ...process.env, ...environment, DATA_DIR: directory, PORT: String(port), LOG_LEVEL: 'error' },
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const exited = once(child, 'exit');
	while (!(await isReady(port))) {
		if (child.exitCode !== null) throw new Error(`dark-factory start ended with exit code ${child.exitCode}`);
		await sleep(pollMs);
	}
	const readyMs = performance.now() - begin;
	const readyMb = residentMb(child.pid ?? 0);
	await sleep(idleMs);
	const idleMb = residentMb(child.pid ?? 0);
	child.kill('SIGTERM');
	await exited;
	rmSync(directory, { recursive: true, force: true });
	return { readyMs, readyMb, idleMb };
}

async function isReady(port: number): Promise<boolean> {
	const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
	await answer?.arrayBuffer();
	return answer?.status === 200;
}

function residentMb(pid: number): number {
	return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024;
}

async function findFreePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

const github = await startEmulatedGitHub({ files: { 'README.md': 'A repository.\n' } });
const measured: Start[] = [];
for (let time = 0; time < starts; time += 1) {
	measured.push(
		await measure({
			APP_ID: String(github.app.id),
			PRIVATE_KEY: github.app.privateKey,
			WEBHOOK_SECRET: github.app.webhookSecret,
			GITHUB_API_URL: github.url,
			GITHUB_SERVER_URL: github.url,
		}),
	);
}
await github.close();

const worst = (key: keyof Start) => Math.max(...measured.map((start) => start[key]));
const median = (key: keyof Start) =>
	measured.map((start) => start[key]).sort((a, b) => a - b)[Math.floor(measured.length / 2)] ?? Number.NaN;
const rows = [
	{
		measure: 'start to ready',
		median: `${median('readyMs').toFixed(0)} ms`,
		worst: `${worst('readyMs').toFixed(0)} ms`,
		target: '< 1000 ms',
		met: worst('readyMs') < 1_000,
	},
	{
		measure: 'memory when ready',
		median: `${median('readyMb').toFixed(0)} MB`,
		worst: `${worst('readyMb').toFixed(0)} MB`,
		target: '< 150 MB',
		met: worst('readyMb') < 150,
	},
	{
		measure: `memory after ${idleMs / 1000} s`,
		median: `${median('idleMb').toFixed(0)} MB`,
		worst: `${worst('idleMb').toFixed(0)} MB`,
		target: '< 150 MB',
		met: worst('idleMb') < 150,
	},
];
console.table(rows);
if (rows.some((row) => !row.met)) process.exitCode = 1;

/**
 * `dark-factory start` in a process of its own, from the moment it is spawned until `/readyz` answers 200, and its memory then and
 * after a few idle seconds: as published (built here first), which the targets are for, and from the sources, where Node's type
 * stripping takes its share. Run by `node bench/start.ts [starts]`; exits 1 when a target is missed.
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
const root = join(import.meta.dirname, '..');
const targets = { readyMs: 1_000, readyMb: 150, idleMb: 150 };

interface Start {
	readyMs: number;
	readyMb: number;
	idleMb: number;
}

async function measure(main: string, environment: Record<string, string>): Promise<Start> {
	const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
	const port = await findFreePort();
	const begin = performance.now();
	const child = spawn(process.execPath, [join(root, main), 'start'], {
		env: { ...process.env, ...environment, DATA_DIR: directory, PORT: String(port), LOG_LEVEL: 'error' },
		stdio: ['ignore', 'ignore', 'ignore'],
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

execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: root });
const github = await startEmulatedGitHub({ files: { 'README.md': 'A repository.\n' } });
const environment = {
	APP_ID: String(github.app.id),
	PRIVATE_KEY: github.app.privateKey,
	WEBHOOK_SECRET: github.app.webhookSecret,
	GITHUB_API_URL: github.url,
	GITHUB_SERVER_URL: github.url,
};
const rows = [];
for (const [what, main] of [
	['published', 'dist/src/main.js'],
	['sources', 'src/main.ts'],
] as const) {
	const measured: Start[] = [];
	for (let time = 0; time < starts; time += 1) measured.push(await measure(main, environment));
	for (const [measure, key, unit] of [
		['start to ready', 'readyMs', 'ms'],
		['memory when ready', 'readyMb', 'MB'],
		[`memory after ${idleMs / 1000} s`, 'idleMb', 'MB'],
	] as const) {
		const values = measured.map((start) => start[key]).sort((a, b) => a - b);
		const median = values[Math.floor(values.length / 2)] ?? Number.NaN;
		const target = what === 'published' ? { target: `< ${targets[key]} ${unit}`, met: median < targets[key] } : {};
		const worst = values.at(-1) ?? Number.NaN;
		rows.push({
			what,
			measure,
			median: `${median.toFixed(0)} ${unit}`,
			worst: `${worst.toFixed(0)} ${unit}`,
			...target,
		});
	}
}
await github.close();
console.table(rows);
if (rows.some((row) => row.met === false)) process.exitCode = 1;

import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

interface Ended {
	code: number | null;
	out: string;
	err: string;
}

/** Runs the real command line in a process of its own, with nothing in its environment but what is given. */
function command(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
	const child = spawn(process.execPath, ['src/main.ts', ...args], {
		env: { PATH: process.env.PATH ?? '', DATA_DIR: temporaryDirectory(), ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const ended: Ended = { code: null, out: '', err: '' };
	child.stdout.on('data', (chunk: Buffer) => {
		ended.out += chunk;
	});
	child.stderr.on('data', (chunk: Buffer) => {
		ended.err += chunk;
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({ ...ended, code }));
	});
}

describe('the command line', () => {
	it('lists its commands', async () => {
		const { code, out } = await command(['--help']);
		expect(code).toBe(0);
		for (const name of ['setup', 'start', 'worker', 'demo', 'run', 'status', 'show', 'approve', 'reject', 'stop']) {
			expect(out).toContain(`  ${name} `);
		}
		for (const name of ['retry', 'replay', 'validate', 'doctor']) expect(out).toContain(`  ${name} `);
	});

	it.each([
		[['launch'], /unknown command 'launch'/],
		[['show'], /missing required argument 'run'/],
		[['run', '--repo', '.'], /required option '--issue <file-or-text>'/],
		[['show', 'r0000'], /There is no run r0000\. `dark-factory status` lists/],
		[['stop', 'r0000'], /There is no run r0000 that is still going/],
		[['status', '--limit', 'many'], /--limit takes a whole number above 0; it was given many/],
		[['worker', '--only', 'cook'], /APP_ID is missing/],
		[['run', '--repo', '/nowhere', '--issue', 'It is broken.'], /\/nowhere does not exist/],
	])('answers wrong use %j with exit code 2 and a way out, without a stack', async (args, message) => {
		const { code, out, err } = await command(args);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toMatch(message);
		expect(err).not.toMatch(/^\s+at /m);
	});

	it('names every wrong setting at once and repeats no secret', async () => {
		const { code, err } = await command(['start'], {
			PORT: '99999',
			LOG_LEVEL: 'loud',
			WEBHOOK_SECRET: 'short-secret',
			DATABASE_URL: 'mysql://user:hunter22@host/db',
		});
		expect(code).toBe(2);
		for (const name of ['PORT', 'LOG_LEVEL', 'WEBHOOK_SECRET', 'DATABASE_URL', 'APP_ID', 'PRIVATE_KEY']) {
			expect(err).toContain(name);
		}
		expect(err).not.toMatch(/short-secret|hunter22/);
	});

	it('prints one JSON value with --json, before or after the command', async () => {
		for (const args of [
			['--json', 'status'],
			['status', '--json'],
		]) {
			const { code, out } = await command(args);
			expect({ code, value: JSON.parse(out) }).toEqual({ code: 0, value: [] });
		}
	});

	it('writes no colours into a pipe', async () => {
		const { out } = await command(['doctor'], { LOG_LEVEL: 'error' });
		expect(out).toContain('node: version');
		expect(out).not.toContain('\u001b[');
	});
});

import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from '../../../src/adapters/bubblewrap/bubblewrap-sandbox.ts';
import { chooseSandbox } from '../../../src/adapters/choose-sandbox.ts';
import { createNoSandbox } from '../../../src/adapters/no-sandbox/no-sandbox.ts';
import { createUnshareSandbox } from '../../../src/adapters/unshare/unshare-sandbox.ts';
import type { CommandResult, Sandbox, SandboxCommand } from '../../../src/ports/sandbox.ts';
import { createSandboxSettings } from '../../support/sandbox-settings.ts';

const isInstalled = (program: string) => {
	try {
		return execFileSync('which', [program]).length > 0;
	} catch {
		console.warn(`${program} is missing: the sandbox that needs it is not tested`);
		return process.env.CI === 'true';
	}
};

const kinds = [
	{ name: 'bubblewrap', create: createBubblewrapSandbox, present: isInstalled('bwrap') },
	{ name: 'unshare', create: createUnshareSandbox, present: isInstalled('unshare') },
];

let data: string;
let worktree: string;
beforeAll(() => {
	data = realpathSync(mkdtempSync(join(tmpdir(), 'factory-sandbox-')));
	worktree = join(data, 'worktrees', 'run-1');
	mkdirSync(worktree, { recursive: true });
	mkdirSync(join(data, 'worktrees', 'run-10'));
	writeFileSync(join(data, 'worktrees', 'run-10', 'other'), 'planted-in-another-run');
	writeFileSync(join(data, 'private-key.pem'), 'planted-key');
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

async function run(sandbox: Sandbox, script: string, more: Partial<SandboxCommand> = {}, signal?: AbortSignal) {
	const result = await sandbox.run(
		{
			script,
			directory: worktree,
			writable: [],
			environment: {},
			network: 'none',
			timeoutMs: 20_000,
			outputLimit: 100_000,
			...more,
		},
		signal ?? new AbortController().signal,
	);
	return { ...result, text: Buffer.from(result.output).toString('utf8') } satisfies CommandResult & { text: string };
}

/** Processes of this machine whose command line holds the text. */
function findProcesses(text: string): string[] {
	return readdirSync('/proc').filter((name) => {
		try {
			return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
		} catch {
			return false;
		}
	});
}

describe.each([...kinds, { name: 'none', create: createNoSandbox, present: true }].filter((kind) => kind.present))(
	'any sandbox: $name',
	({ create }) => {
		let sandbox: Sandbox;
		beforeAll(() => {
			sandbox = create(createSandboxSettings(data));
		});

		it('gives exit codes and output, both streams in order', async () => {
			const result = await run(sandbox, 'echo one; echo two >&2; echo three; exit 7');
			expect(result).toMatchObject({
				exitCode: 7,
				signal: null,
				timedOut: false,
				text: 'one\ntwo\nthree\n',
				outputBytes: 14,
			});
		});

		it('runs in its directory, where it may write', async () => {
			const result = await run(sandbox, 'pwd; echo made > made.txt', { environment: { GREETING: 'hi' } });
			expect(result.text).toBe(`${worktree}\n`);
			expect(readFileSync(join(worktree, 'made.txt'), 'utf8')).toBe('made\n');
		});

		it('passes nothing of the host environment but what was named', async () => {
			const result = await run(sandbox, 'env', { environment: { GREETING: 'hi there' } });
			expect(result.text).toContain('GREETING=hi there\n');
			expect(result.text).toContain('CI=true\n');
			expect(result.text).not.toContain('planted');
		});

		it('runs Node, npm and the programs of the worktree', async () => {
			mkdirSync(join(worktree, 'node_modules/.bin'), { recursive: true });
			writeFileSync(join(worktree, 'node_modules/.bin/local-tool'), '#!/usr/bin/env node\nconsole.log("local")\n', {
				mode: 0o755,
			});
			const result = await run(sandbox, 'node -p "process.version" && npm --version && local-tool');
			expect(result).toMatchObject({ exitCode: 0, text: expect.stringMatching(/^v\d+.*\n\d+\..*\nlocal\n$/) });
		});

		it('keeps the beginning and the end of long output', async () => {
			const result = await run(sandbox, 'echo start; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo end', {
				outputLimit: 1000,
			});
			expect(result.outputBytes).toBe(3_000_011);
			expect(result.text.length).toBeLessThan(1100);
			expect(result.text).toMatch(/^start\nx+\n\[2999011 bytes left out\]\nx+\nend\n$/);
		});

		it('ends the whole process tree at the time limit, also what ignores the polite signal', async () => {
			const script =
				'trap "" TERM; (trap "" TERM; exec sleep 31.7171) & setsid sleep 31.7171 & echo up; sleep 31.7171; sleep 31.7171';
			const result = await run(sandbox, script, { timeoutMs: 500 });
			expect(result).toMatchObject({ exitCode: null, timedOut: true });
			expect(findProcesses('31.7171')).toEqual([]);
		});

		it('leaves no background process behind when the command ends by itself', async () => {
			const result = await run(sandbox, 'sleep 32.7171 & setsid sleep 32.7171 & nohup sleep 32.7171 & echo done');
			expect(result).toMatchObject({ exitCode: 0, text: expect.stringContaining('done') });
			expect(findProcesses('32.7171')).toEqual([]);
		});

		it('rejects with the reason when it is aborted, once everything is gone', async () => {
			const controller = new AbortController();
			const reason = new Error('stopped by a person');
			const running = run(sandbox, 'sleep 33.7171', {}, controller.signal);
			setTimeout(() => controller.abort(reason), 200);
			await expect(running).rejects.toBe(reason);
			expect(findProcesses('33.7171')).toEqual([]);
		});

		it('takes quotes, newlines and odd characters of a script as they are', async () => {
			const result = await run(sandbox, `printf '%s\\n' "it's" '$HOME' "ünï"\nprintf 'second line'`);
			expect(result.text).toBe("it's\n$HOME\nünï\nsecond line");
		});

		it('answers for a script that is too long as a shell would', async () => {
			expect(await run(sandbox, `: ${'x'.repeat(200_000)}`)).toMatchObject({ exitCode: 126, timedOut: false });
		});
	},
);

describe.each(kinds.filter((kind) => kind.present))('a sandbox that protects: $name', ({ create }) => {
	let sandbox: Sandbox;
	let server: Server;
	let port: number;
	const warnings: Record<string, unknown>[] = [];
	let visits = 0;
	beforeAll(async () => {
		sandbox = create(createSandboxSettings(data, warnings));
		server = createServer((_request, response) => {
			visits++;
			response.end('hello from the host');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		({ port } = server.address() as AddressInfo);
	});
	afterAll(() => void server.close());

	it('passes its own probe, by trying', async () => {
		const report = await sandbox.probe();
		expect(report.findings.filter((finding) => !finding.ok)).toEqual([]);
		expect(report.ok).toBe(true);
	});

	it.each([
		['the private key in DATA_DIR', () => join(data, 'private-key.pem')],
		['another run whose name starts the same', () => join(data, 'worktrees/run-10/other')],
		['the password hashes', () => '/etc/shadow'],
		['the home of the host user', () => homedir()],
		['the sockets of the system', () => '/run'],
	])('does not show %s', async (_what, path) => {
		const result = await run(sandbox, `cat '${path()}' || ls -A '${path()}'/.??* ; cat '/proc/1/root${path()}'`);
		expect(result.exitCode).not.toBe(0);
		expect(result.text).not.toContain('planted');
	});

	it('does not follow a link out of the worktree to what is hidden', async () => {
		rmSync(join(worktree, 'out'), { force: true });
		symlinkSync(join(data, 'private-key.pem'), join(worktree, 'out'));
		expect((await run(sandbox, 'cat out')).text).not.toContain('planted');
	});

	it('lets nothing be written but the worktree, temporary files and what was named', async () => {
		const cache = join(data, 'cache');
		mkdirSync(cache, { recursive: true });
		const script = `touch ${data}/a ${data}/worktrees/run-10/b /usr/c /etc/d /e; touch /tmp/f "$HOME/g" ${cache}/h && echo fine`;
		const result = await run(sandbox, script, { writable: [cache] });
		expect(result.text).toContain('fine');
		expect(existsSync(join(cache, 'h'))).toBe(true);
		for (const path of [`${data}/a`, `${data}/worktrees/run-10/b`, '/usr/c', '/etc/d', '/e', '/tmp/f'])
			expect(existsSync(path)).toBe(false);
	});

	it('cannot undo its mounts, nor gain rights', async () => {
		const script =
			'umount /usr; mount -o remount,rw,bind /usr; touch /usr/undone; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status';
		const result = await run(sandbox, script);
		expect(result.text).toMatch(/CapEff:\s+0{16}/);
		expect(result.text).toMatch(/NoNewPrivs:\s+1/);
		expect(existsSync('/usr/undone')).toBe(false);
	});

	it('has no network but its own loopback', async () => {
		const before = visits;
		const result = await run(
			sandbox,
			`node -e "fetch('http://127.0.0.1:${port}').then(() => console.log('reached'), () => console.log('denied'))"`,
		);
		expect(result.text).toBe('denied\n');
		expect(visits).toBe(before);
	});

	it('reaches no private address through an allowed name, and no host that is not on the list', async () => {
		const before = visits;
		const fetches = ['http://localhost', 'http://127.0.0.1', 'http://other.example'].map((url) => `${url}:${port}/`);
		const script = `node -e "Promise.all(process.argv.slice(1).map((u) => fetch(u).then((r) => r.status, () => 'failed'))).then((s) => console.log(s.join()))" ${fetches.join(' ')}`;
		const environment = { NO_PROXY: '', no_proxy: '' };
		const result = await run(sandbox, script, { environment, network: { hosts: [`localhost:${port}`] } });
		expect(result.text).toBe('failed,failed,failed\n');
		expect(visits).toBe(before);
		expect(warnings.map((warning) => String(warning.reason)).sort()).toEqual([
			expect.stringContaining('127.0.0.1:'),
			expect.stringContaining('localhost leads to a private address'),
			expect.stringContaining('other.example:'),
		]);
	});

	it('reaches the registry that npm is configured with, even on this machine, and tells npm so', async () => {
		const settings = {
			...createSandboxSettings(data),
			host: { ...process.env, npm_config_registry: `http://user:pw@127.0.0.1:${port}/` },
		};
		const script = `npm config get registry; node -e "fetch('http://127.0.0.1:${port}/').then((r) => r.text()).then(console.log)"; node -e "http.get('http://127.0.0.1:${port}/', (r) => r.pipe(process.stdout))"`;
		const result = await run(create(settings), script, { network: { hosts: 'registries' } });
		expect(result.text).toBe(`http://127.0.0.1:${port}/\nhello from the host\nhello from the host`);
	});

	it('keeps the exit code and ends the tree with a network as well', async () => {
		const network = { hosts: ['registry.example'] };
		expect(await run(sandbox, 'exit 9', { network })).toMatchObject({ exitCode: 9 });
		expect(await run(sandbox, 'sleep 34.7171', { network, timeoutMs: 500 })).toMatchObject({ timedOut: true });
		expect(findProcesses('34.7171')).toEqual([]);
	});

	it('says what is wrong when a directory is missing', async () => {
		const missing = run(sandbox, 'true', { directory: join(data, 'nowhere') });
		await expect(missing).rejects.toMatchObject({ kind: 'permanent', message: expect.stringContaining('nowhere') });
	});
});

describe('the choice of a sandbox', () => {
	it('takes the first that passes its probe', async () => {
		const { sandbox, report } = await chooseSandbox('auto', createSandboxSettings(data));
		expect(report.ok).toBe(true);
		expect(sandbox.name).toBe(kinds[0]?.present ? 'bubblewrap' : 'unshare');
	});

	it('refuses, and says what to install, where none works', async () => {
		const settings = createSandboxSettings(data);
		const bare = { ...settings, host: { PATH: '/nonexistent' }, nodePath: '/nonexistent/node' };
		await expect(chooseSandbox('auto', bare)).rejects.toMatchObject({
			kind: 'permanent',
			message: expect.stringMatching(/no sandbox works here .*install bubblewrap/i),
		});
	});

	it('runs without one only when that was typed, and says so', async () => {
		const { report } = await chooseSandbox('none', createSandboxSettings(data));
		expect(report).toMatchObject({ name: 'none', ok: false });
	});
});

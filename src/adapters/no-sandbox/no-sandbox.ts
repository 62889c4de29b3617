import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '../../ports/sandbox.ts';
import { buildEnvironment } from '../sandbox/build-environment.ts';
import { signalProcess } from '../sandbox/process-tree.ts';
import { preamble, runContained } from '../sandbox/run-contained.ts';
import type { SandboxSettings } from '../sandbox/sandbox-settings.ts';
import { refuseLongScript } from '../sandbox/script-limit.ts';

const marker = 'DARK_FACTORY_COMMAND';

/** Nothing is tried: what the probe of a real sandbox tries would be done to this machine. */
const finding = {
	what: 'protect this machine',
	ok: false,
	detail: 'commands of the repository and of the agent run with the rights of the factory itself',
};

/**
 * No protection at all: commands run as the factory's user, with its files and its network; only the environment is clean and
 * the time limited. For machines where nothing else works, when the operator typed it. Its probe says so.
 */
export function createNoSandbox(settings: SandboxSettings): Sandbox {
	return {
		name: 'none',
		probe: async () => ({ name: 'none', ok: false, findings: [finding] }),
		run: async (command, signal) => {
			const refused = refuseLongScript(command.script);
			if (refused !== null) return refused;
			const home = await mkdtemp(join(tmpdir(), 'factory-home-'));
			const id = randomBytes(8).toString('hex');
			const named = { HOME: home, TMPDIR: home, ...command.environment, [marker]: id };
			try {
				return await runContained(
					{
						file: '/bin/sh',
						args: ['-c', `${preamble}\nexec /bin/sh -c "$1"`, 'sh', command.script],
						environment: buildEnvironment(settings, command.directory, named),
						directory: command.directory,
						timeoutMs: command.timeoutMs,
						outputLimit: command.outputLimit,
						sweep: () => sweep(id),
					},
					settings.clock,
					signal,
				);
			} finally {
				await rm(home, { recursive: true, force: true });
			}
		},
	};
}

/** Ends what left the command's process group, found by the marker in its environment. */
async function sweep(id: string): Promise<void> {
	for (const name of await readdir('/proc').catch(() => [])) {
		if (!/^\d+$/.test(name)) continue;
		const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
		if (environment.split('\0').includes(`${marker}=${id}`)) signalProcess(Number(name), 'SIGKILL');
	}
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/fault.ts';
import type { CommandResult, Sandbox, SandboxCommand } from '../../ports/sandbox.ts';
import { type AllowlistProxy, startAllowlistProxy } from './allowlist-proxy.ts';
import { buildEnvironment } from './build-environment.ts';
import { buildView, describeHost } from './build-view.ts';
import { createRegistryReader, type Registries } from './package-registries.ts';
import { probeSandbox } from './probe-sandbox.ts';
import { preamble, runContained } from './run-contained.ts';
import type { SandboxSettings } from './sandbox-settings.ts';
import { refuseLongScript } from './script-limit.ts';
import type { Mount, View } from './view.ts';

/** A way to make a container. The rest is the same for all of them. */
export interface Container {
	/** `bubblewrap` or `unshare`. */
	name: string;
	/** The argument vector that runs `inner` within the view, with no network but loopback. */
	wrap(view: View, inner: readonly string[]): Promise<{ file: string; args: string[] }>;
}

/** Beside this file, in the form in which this file itself runs. */
const relayPath = fileURLToPath(
	new URL(import.meta.url.endsWith('.ts') ? './relay.ts' : './relay.js', import.meta.url),
);

const hostMs = 60_000;

export function createContainedSandbox(settings: SandboxSettings, container: Container): Sandbox {
	const registries = createRegistryReader(settings);
	let host: { at: number; mounts: Promise<Mount[]> } | null = null;

	/** A hundred questions to the file system, so asked once a minute: programs are installed while the factory runs, but seldom. */
	function readHost(): Promise<Mount[]> {
		const now = settings.clock.now();
		if (host === null || now - host.at >= hostMs || now < host.at) host = { at: now, mounts: describeHost(settings) };
		return host.mounts;
	}

	async function run(command: SandboxCommand, signal: AbortSignal): Promise<CommandResult> {
		const refused = refuseLongScript(command.script);
		if (refused !== null) return refused;
		const network = await openNetwork(command.network, registries, settings);
		try {
			const view = await buildView(await readHost(), command.directory, command.writable, network.paths);
			const shell = ['/bin/sh', '-c', `${preamble}\n${network.line}`, 'sh', command.script];
			const { file, args } = await container.wrap(view, shell);
			return await runContained(
				{
					file,
					args,
					environment: buildEnvironment(settings, view.directory, { ...network.environment, ...command.environment }),
					directory: '/',
					timeoutMs: command.timeoutMs,
					outputLimit: command.outputLimit,
				},
				settings.clock,
				signal,
			);
		} finally {
			await network.close();
		}
	}

	const sandbox: Sandbox = { name: container.name, run, probe: () => probeSandbox(sandbox, settings) };
	return sandbox;
}

interface Network {
	environment: Record<string, string>;
	/** Paths that must be visible inside. */
	paths: string[];
	/** The shell line that starts the script. */
	line: string;
	close(): Promise<void>;
}

/** The port of the relay on the loopback of the command's own network; nothing else listens there before the script runs. */
const relayPort = 48_219;

async function openNetwork(
	wanted: SandboxCommand['network'],
	readRegistries: () => Promise<Registries>,
	settings: SandboxSettings,
): Promise<Network> {
	const plain: Network = { environment: {}, paths: [], line: 'exec /bin/sh -c "$1"', close: async () => {} };
	if (wanted === 'none' || (wanted.hosts !== 'registries' && wanted.hosts.length === 0)) return plain;
	const registries = await readRegistries();
	const allowed = wanted.hosts === 'registries' ? registries.origins : wanted.hosts;
	const directory = await mkdtemp(join(tmpdir(), 'factory-proxy-'));
	let proxy: AllowlistProxy;
	try {
		const socket = join(directory, 'proxy.sock');
		proxy = await startAllowlistProxy({ socket, allowed, trusted: registries.origins, log: settings.log });
	} catch (error) {
		await rm(directory, { recursive: true, force: true });
		throw new Fault('transient', 'the network proxy of the sandbox could not be started', { cause: error });
	}
	const address = `http://127.0.0.1:${relayPort}`;
	return {
		environment: {
			...(wanted.hosts === 'registries' ? registries.environment : {}),
			...{ HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, https_proxy: address },
			...{ npm_config_proxy: address, npm_config_https_proxy: address, NODE_USE_ENV_PROXY: '1' },
			// A registry on this machine must go through the proxy too; the command's own loopback has none.
			...(registries.onLoopback ? {} : { NO_PROXY: 'localhost,127.0.0.1,::1', no_proxy: 'localhost,127.0.0.1,::1' }),
		},
		paths: [directory, relayPath],
		line: `exec '${settings.nodePath}' '${relayPath}' ${relayPort} '${join(directory, 'proxy.sock')}' /bin/sh -c "$1"`,
		close: async () => {
			await proxy.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}

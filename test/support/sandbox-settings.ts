import type { SandboxSettings } from '../../src/adapters/sandbox/sandbox-settings.ts';

/** Settings of a sandbox on this machine, with a host environment that holds what must never get inside. */
export function createSandboxSettings(
	dataDirectory: string,
	warnings: Record<string, unknown>[] = [],
): SandboxSettings {
	const silent = () => {};
	return {
		dataDirectory,
		host: { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-planted', WEBHOOK_SECRET: 'planted-webhook-secret' },
		nodePath: process.execPath,
		readable: [],
		clock: { now: () => Date.now(), sleep: async () => {} },
		log: { debug: silent, info: silent, error: silent, warn: (fields) => void warnings.push(fields) },
	};
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../../core/fault.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { createContainedSandbox } from '../sandbox/contained-sandbox.ts';
import type { SandboxSettings } from '../sandbox/sandbox-settings.ts';
import type { Mount, View } from '../sandbox/view.ts';

const execute = promisify(execFile);
const temporaryBytes = 4 * 1024 * 1024 * 1024;

/** Commands in bubblewrap: fresh user, mount, process, network, IPC and host-name namespaces, no capabilities. */
export function createBubblewrapSandbox(settings: SandboxSettings): Sandbox {
	let help: Promise<string> | null = null;
	return createContainedSandbox(settings, {
		name: 'bubblewrap',
		wrap: async (view, inner) => {
			help ??= readHelp(settings);
			const sizes = (await help).includes('--size BYTES') ? ['--size', String(temporaryBytes)] : [];
			return { file: 'bwrap', args: [...buildArguments(view, sizes), '--', ...inner] };
		},
	});
}

function buildArguments(view: View, sizes: readonly string[]): string[] {
	return [
		...['--unshare-user', '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
		...['--proc', '/proc', '--dev', '/dev'],
		...view.mounts.flatMap((mount) => formatMount(mount, sizes)),
		...['--remount-ro', '/', '--chdir', view.directory],
	];
}

function formatMount(mount: Mount, sizes: readonly string[]): string[] {
	switch (mount.kind) {
		case 'read':
			return ['--ro-bind', mount.path, mount.path];
		case 'write':
			return ['--bind', mount.path, mount.path];
		case 'link':
			return ['--symlink', mount.target, mount.path];
		case 'empty':
			return [...sizes, '--tmpfs', mount.path];
	}
}

async function readHelp(settings: SandboxSettings): Promise<string> {
	try {
		return (await execute('bwrap', ['--help'], { env: { PATH: settings.host.PATH } })).stdout;
	} catch (error) {
		throw new Fault('permanent', 'bwrap was not found on PATH: install the package bubblewrap', { cause: error });
	}
}

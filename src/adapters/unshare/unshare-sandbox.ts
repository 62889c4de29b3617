import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../../ports/sandbox.ts';
import { createContainedSandbox } from '../sandbox/contained-sandbox.ts';
import type { SandboxSettings } from '../sandbox/sandbox-settings.ts';
import type { Mount, View } from '../sandbox/view.ts';

const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/**
 * Commands in namespaces made by util-linux (`unshare`, `mount`, `pivot_root`, `setpriv`), for machines without bubblewrap. The
 * mounts are made by a shell as root of the new user namespace; that root's capabilities are gone for good before the command
 * starts, so it cannot undo them.
 */
export function createUnshareSandbox(settings: SandboxSettings): Sandbox {
	return createContainedSandbox(settings, {
		name: 'unshare',
		wrap: async (view, inner) => {
			const root = join(settings.dataDirectory, 'sandbox-root');
			await mkdir(root, { recursive: true });
			const namespaces = [
				'--user',
				'--map-root-user',
				'--mount',
				'--pid',
				'--net',
				'--ipc',
				'--uts',
				'--fork',
				'--kill-child',
			];
			return { file: 'unshare', args: [...namespaces, '--', '/bin/sh', '-c', buildScript(view, root), 'sh', ...inner] };
		},
	});
}

function buildScript(view: View, root: string): string {
	const devicePaths = devices.map((name) => `bind_file /dev/${name}`);
	return [
		// The launcher's tools may be in the administrator's directories.
		'set -eu',
		'PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"',
		`root=${quote(root)}`,
		'empty() { mkdir -p "$root$1"; mount -t tmpfs -o mode=0755,nosuid,nodev,size=4g factory "$root$1"; }',
		'bind_directory() { mkdir -p "$root$1"; mount --rbind "$1" "$root$1"; }',
		'bind_file() { mkdir -p "$root$(dirname "$1")"; [ -e "$root$1" ] || : > "$root$1"; mount --bind "$1" "$root$1"; }',
		'link() { mkdir -p "$root$(dirname "$2")"; [ -L "$root$2" ] || ln -s "$1" "$root$2"; }',
		'empty ""',
		'mkdir -p "$root/proc" "$root/dev/shm"',
		'mount -t proc -o nosuid,nodev,noexec proc "$root/proc"',
		...devicePaths,
		'ln -s /proc/self/fd "$root/dev/fd"; ln -s /proc/self/fd/0 "$root/dev/stdin"',
		'ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"',
		'empty /dev/shm',
		...view.mounts.map(formatMount),
		'ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || true',
		'cd "$root"; mkdir .old; pivot_root . .old; cd /; umount -l /.old; rmdir /.old',
		// Every mount that was not asked to be writable is made read-only, also those below a bound directory.
		'while read -r _ _ _ _ place _; do',
		`  place=$(printf '%b' "$place")`,
		'  case "$place" in',
		`    /proc|/proc/*|/dev/*) ;;`,
		...view.mounts.filter(isWritable).map((mount) => `    ${quote(mount.path)}|${quote(mount.path)}/*) ;;`),
		'    *) mount -o remount,bind,ro,nosuid,nodev "$place" ;;',
		'  esac',
		'done < /proc/self/mountinfo',
		`cd ${quote(view.directory)}`,
		'exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all -- "$@"',
	].join('\n');
}

function formatMount(mount: Mount): string {
	switch (mount.kind) {
		case 'read':
		case 'write':
			return `bind_${mount.what} ${quote(mount.path)}`;
		case 'link':
			return `link ${quote(mount.target)} ${quote(mount.path)}`;
		case 'empty':
			return `empty ${quote(mount.path)}`;
	}
}

function isWritable(mount: Mount): boolean {
	return mount.kind === 'write' || (mount.kind === 'empty' && mount.path === '/tmp');
}

function quote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

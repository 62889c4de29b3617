import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { SandboxSettings } from './sandbox-settings.ts';
import type { Mount, View } from './view.ts';

/** Programs and libraries of the system. `/var`, `/run`, `/home`, `/root`, `/srv`, `/mnt` and `/sys` do not exist inside. */
const systemPaths = [
	'/usr',
	'/bin',
	'/sbin',
	'/lib',
	'/lib32',
	'/lib64',
	'/libx32',
	'/opt',
	'/nix/store',
	'/gnu/store',
];

/** Of `/etc` only what programs need to start: the rest holds keys, tokens and password hashes that root could read. */
const etcPaths = [
	...['alternatives', 'ca-certificates', 'ca-certificates.conf', 'debian_version', 'fonts', 'group', 'hosts', 'java'],
	...['java-17-openjdk', 'java-21-openjdk', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'locale.alias', 'locale.conf'],
	...[
		'localtime',
		'login.defs',
		'magic',
		'mime.types',
		'nsswitch.conf',
		'os-release',
		'passwd',
		'perl',
		'pki/tls/certs',
	],
	...[
		'pki/ca-trust',
		'protocols',
		'python3',
		'python3.11',
		'services',
		'shells',
		'ssl/certs',
		'ssl/openssl.cnf',
		'terminfo',
		'timezone',
	],
];

/**
 * What every command sees of this machine: the system's programs, those on the host's `PATH`, an empty `/tmp`. Home, `DATA_DIR` and the
 * factory's own directory are masked where a shown directory would contain them.
 */
export async function describeHost(settings: SandboxSettings): Promise<Mount[]> {
	const hidden = await existing([settings.dataDirectory, settings.host.HOME ?? '/root', process.cwd()]);
	const shows = (path: string) => hidden.some((secret) => contains(path, secret));
	const system = await describeAll([...systemPaths, ...etcPaths.map((name) => join('/etc', name))]);
	const masks = hidden
		.filter((secret) =>
			system.some((mount) => mount.kind === 'read' && contains(mount.path, secret) && mount.path !== secret),
		)
		.filter((secret) => !systemPaths.some((path) => contains(secret, path)))
		.map((path): Mount => ({ kind: 'empty', path }));
	const programs = (await existing([...(await programPaths(settings)), ...settings.readable]))
		.filter(
			(path) => !systemPaths.some((root) => contains(root, path) && !masks.some((mask) => contains(mask.path, path))),
		)
		.filter((path) => !shows(path) && !contains(settings.dataDirectory, path));
	return [...system, { kind: 'empty', path: '/tmp' }, ...masks, ...(await describeAll(programs))];
}

/**
 * Lays out what a command may see: what `describeHost` found, its own directory, and `writable`. `extra` are further paths to read
 * (a proxy's socket).
 * @throws Fault permanent when the directory or a writable path does not exist.
 */
export async function buildView(
	host: readonly Mount[],
	directory: string,
	writable: readonly string[],
	extra: readonly string[],
): Promise<View> {
	const real = await requireRealPath(directory);
	const written: Mount[] = [];
	for (const path of [real, ...writable]) written.push(await describeWritable(path));
	return { directory: real, mounts: [...host, ...(await describeAll(extra)), ...written] };
}

/** Directories on `PATH`, each with the `lib` beside it (npm lives there), and the Node that runs the factory. */
async function programPaths(settings: SandboxSettings): Promise<string[]> {
	const found: string[] = [];
	for (const directory of [dirname(settings.nodePath), ...searchPath(settings)]) {
		found.push(directory);
		if (basename(directory) === 'bin') found.push(join(dirname(directory), 'lib'));
	}
	return found;
}

/**
 * `PATH` without relative entries, without the programs of npm packages on the host (`npm run` puts them there), and without
 * version managers' shims, which would only fail inside, unless what they lead to is readable.
 */
export function searchPath(settings: SandboxSettings): string[] {
	const entries = (settings.host.PATH ?? '').split(':').filter((path) => path.startsWith('/'));
	const programs = entries.filter((path) => !/\/(node_modules\/\.bin|node-gyp-bin)\/?$/.test(path));
	const isReadable = (path: string) => settings.readable.some((root) => contains(root, path));
	return programs.filter((path) => basename(path) !== 'shims' || isReadable(path));
}

/** Whether `inner` is `outer` or lies within it. Compares whole segments: `/run-1` does not contain `/run-10`. */
export function contains(outer: string, inner: string): boolean {
	return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

async function existing(paths: readonly string[]): Promise<string[]> {
	const found = new Set<string>();
	for (const path of paths) {
		const real = await realpath(path).catch(() => null);
		if (real !== null && real !== '/') found.add(real);
	}
	return [...found];
}

async function describeAll(paths: readonly string[]): Promise<Mount[]> {
	const mounts: Mount[] = [];
	for (const path of paths) {
		const facts = await lstat(path).catch(() => null);
		if (facts === null) continue;
		if (!facts.isSymbolicLink()) {
			mounts.push({ kind: 'read', path, what: facts.isDirectory() ? 'directory' : 'file' });
			continue;
		}
		const target = await realpath(path).catch(() => null);
		if (target === null) continue;
		// A link within the shown system stays one (`/bin` -> `usr/bin`); any other is shown as what it leads to.
		if (systemPaths.some((root) => contains(root, target)))
			mounts.push({ kind: 'link', path, target: await readlink(path) });
		else mounts.push({ kind: 'read', path, what: (await stat(path)).isDirectory() ? 'directory' : 'file' });
	}
	return mounts;
}

async function describeWritable(path: string): Promise<Mount> {
	const real = await requireRealPath(path);
	return { kind: 'write', path: real, what: (await stat(real)).isDirectory() ? 'directory' : 'file' };
}

async function requireRealPath(path: string): Promise<string> {
	if (!path.startsWith('/') || path === '/')
		throw new Fault('permanent', `the sandbox cannot offer ${path || 'an empty path'}`);
	return await realpath(path).catch(() => {
		throw new Fault('permanent', `${path} is to be writable in the sandbox but does not exist`);
	});
}

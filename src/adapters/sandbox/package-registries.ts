import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { SandboxSettings } from './sandbox-settings.ts';

const execute = promisify(execFile);

/** Where the machine's own package managers are configured to load from. */
export interface Registries {
	/** `host:port`. */
	origins: string[];
	/** Tells the package managers inside the same, without credentials. */
	environment: Record<string, string>;
	/** One of them is on this machine itself. */
	onLoopback: boolean;
}

/** pip names its defaults nowhere but in its own code. */
const pipDefaults =
	'from pip._internal.models.index import PyPI; print(PyPI.simple_url); print("https://" + PyPI.file_storage_domain + "/")';

/** Asks npm, pip and go once, when first needed. A package manager that is not installed is left out. */
export function createRegistryReader(settings: SandboxSettings): () => Promise<Registries> {
	let known: Promise<Registries> | null = null;
	return () => {
		known ??= readRegistries(settings);
		return known;
	};
}

async function readRegistries(settings: SandboxSettings): Promise<Registries> {
	const ask = async (file: string, args: string[]): Promise<string[]> => {
		try {
			// A directory without configuration of its own: only the machine's counts.
			const { stdout } = await execute(file, args, { cwd: tmpdir(), env: { ...settings.host }, timeout: 20_000 });
			return stdout.split('\n').map((line) => line.trim());
		} catch {
			return [];
		}
	};
	const [npm, pip, pipExtra, pipOwn, go] = await Promise.all([
		ask('npm', ['config', 'list', '--json']).then((lines) => [
			...urls(npmVariables(settings)),
			...findNpmRegistries(lines),
		]),
		ask('pip', ['config', 'get', 'global.index-url']).then(urls),
		ask('pip', ['config', 'get', 'global.extra-index-url']).then(urls),
		ask('python3', ['-c', pipDefaults]).then(urls),
		ask('go', ['env', 'GOPROXY']).then((lines) => urls(lines.flatMap((line) => line.split(/[,|]/)))),
	]);
	const index = [...urls([settings.host.PIP_INDEX_URL ?? '']), ...pip][0];
	const all = [...npm, ...(index === undefined ? pipOwn : [index]), ...pipExtra, ...go];
	const environment: Record<string, string> = {};
	if (npm[0] !== undefined) environment.npm_config_registry = npm[0].href;
	if (index !== undefined) environment.PIP_INDEX_URL = index.href;
	if (go.length > 0) environment.GOPROXY = go.map((url) => url.href.replace(/\/$/, '')).join(',');
	return {
		origins: [
			...new Set(all.map((url) => `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`)),
		],
		environment,
		onLoopback: all.some((url) => /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname)),
	};
}

/** These win over npm's files; npm itself does not show a registry that has credentials in its URL. */
function npmVariables(settings: SandboxSettings): string[] {
	return [settings.host.npm_config_registry ?? settings.host.NPM_CONFIG_REGISTRY ?? ''];
}

/** The default registry first, then those of scopes. */
function findNpmRegistries(lines: readonly string[]): URL[] {
	try {
		const config = Object.entries(JSON.parse(lines.join('\n')) as Record<string, unknown>);
		const values = config
			.filter(([key]) => key === 'registry' || key.endsWith(':registry'))
			.sort(([left], [right]) => Number(right === 'registry') - Number(left === 'registry'));
		return urls(values.map(([, value]) => String(value)));
	} catch {
		return [];
	}
}

/** Web addresses among the words, without credentials: the sandbox holds none. */
function urls(words: readonly string[]): URL[] {
	const found: URL[] = [];
	for (const word of words.flatMap((text) => text.split(/\s+/))) {
		if (!/^https?:\/\//.test(word) || !URL.canParse(word)) continue;
		const url = new URL(word);
		url.username = '';
		url.password = '';
		found.push(url);
	}
	return found;
}

import { Fault } from '../../core/fault.ts';
import type { Remote } from '../../ports/git.ts';

/** What one call of git may see: the git directory that the host owns, and nothing found by searching. */
export interface GitPlaces {
	gitDirectory: string;
	workTree?: string;
	indexFile?: string;
}

/** Which remotes may be fetched from besides `https`. */
export interface RemotePolicy {
	/** `GITHUB_SERVER_URL`: its origin may be plain `http`. */
	serverUrl: string | null;
	/** `file:` remotes, for `run --repo PATH` only. */
	localRepositories: 'allowed' | 'refused';
}

/** Proxies and certificate authorities of this machine; everything else of the host's environment stays out. */
const passedThrough = [
	...['PATH', 'TMPDIR', 'HTTPS_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'],
	...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE'],
];

/**
 * Configuration of every call. It is given by `GIT_CONFIG_*` variables, which win over any file. Hooks, fsmonitor, credential
 * helpers and embedded bare repositories are ways for repository content to run programs; redirects are a way for a server to
 * have the authorization header sent elsewhere.
 */
const hardening: readonly (readonly [string, string])[] = [
	['core.hooksPath', '/dev/null'],
	['core.fsmonitor', 'false'],
	['core.attributesFile', '/dev/null'],
	['core.excludesFile', '/dev/null'],
	['core.autocrlf', 'false'],
	['core.safecrlf', 'false'],
	['core.quotePath', 'false'],
	['core.symlinks', 'true'],
	['core.fileMode', 'true'],
	['core.ignoreCase', 'false'],
	['core.untrackedCache', 'false'],
	['core.splitIndex', 'false'],
	['credential.helper', ''],
	['safe.bareRepository', 'explicit'],
	['submodule.recurse', 'false'],
	['fetch.recurseSubmodules', 'false'],
	['transfer.fsckObjects', 'true'],
	// Flaws of old commits that harm nothing and that well-known repositories have.
	['fetch.fsck.zeroPaddedFilemode', 'ignore'],
	['fetch.fsck.missingSpaceBeforeDate', 'ignore'],
	['fetch.fsck.badTimezone', 'ignore'],
	['http.followRedirects', 'false'],
	['http.lowSpeedLimit', '1000'],
	['http.lowSpeedTime', '60'],
	['gc.auto', '0'],
	['maintenance.auto', 'false'],
	['init.defaultBranch', 'main'],
	['advice.detachedHead', 'false'],
];

/** The whole environment of one call of git: the one place where it is built. */
export function buildGitEnvironment(
	places: GitPlaces,
	remote: { remote: Remote; policy: RemotePolicy } | null,
	host: NodeJS.ProcessEnv,
): Record<string, string> {
	const config = [...hardening];
	const environment: Record<string, string> = {};
	for (const name of passedThrough) {
		const value = host[name];
		if (value !== undefined) environment[name] = value;
	}
	if (remote?.remote.authorization) {
		// Scoped to this URL and by environment: in argv or a file it could be read by others, unscoped it would follow a
		// rewritten URL to another host.
		config.push([`http.${remote.remote.url}.extraHeader`, `Authorization: ${remote.remote.authorization}`]);
	}
	Object.assign(environment, {
		HOME: '/nonexistent',
		LC_ALL: 'C',
		GIT_DIR: places.gitDirectory,
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_SYSTEM: '/dev/null',
		GIT_ATTR_NOSYSTEM: '1',
		GIT_NO_REPLACE_OBJECTS: '1',
		GIT_NO_LAZY_FETCH: '1',
		GIT_LITERAL_PATHSPECS: '1',
		GIT_TERMINAL_PROMPT: '0',
		GIT_LFS_SKIP_SMUDGE: '1',
		GIT_PAGER: 'cat',
		GIT_EDITOR: 'false',
		GIT_ASKPASS: 'false',
		SSH_ASKPASS: 'false',
		GIT_ALLOW_PROTOCOL: remote === null ? 'none' : allowedProtocol(remote.remote.url, remote.policy),
	});
	if (places.workTree !== undefined) environment.GIT_WORK_TREE = places.workTree;
	if (places.indexFile !== undefined) environment.GIT_INDEX_FILE = places.indexFile;
	environment.GIT_CONFIG_COUNT = String(config.length);
	for (const [index, [key, value]] of config.entries()) {
		environment[`GIT_CONFIG_KEY_${index}`] = key;
		environment[`GIT_CONFIG_VALUE_${index}`] = value;
	}
	return environment;
}

/**
 * The one protocol that a call may use: the URL's own, when the policy has it.
 * @throws Fault permanent otherwise, and for a URL that carries credentials.
 */
export function allowedProtocol(url: string, policy: RemotePolicy): 'https' | 'http' | 'file' {
	if (!URL.canParse(url)) throw new Fault('permanent', 'the git remote is not a URL');
	const parsed = new URL(url);
	if (parsed.username !== '' || parsed.password !== '') {
		throw new Fault('permanent', `the git remote on ${parsed.host} carries credentials in its URL; none belong there`);
	}
	if (parsed.protocol === 'https:') return 'https';
	if (parsed.protocol === 'http:' && (isLoopback(parsed.hostname) || isServer(parsed, policy))) return 'http';
	if (parsed.protocol === 'file:' && policy.localRepositories === 'allowed') return 'file';
	throw new Fault('permanent', `git remotes by ${parsed.protocol}//${parsed.host} are refused; use https`);
}

function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isServer(url: URL, policy: RemotePolicy): boolean {
	return policy.serverUrl !== null && URL.canParse(policy.serverUrl) && new URL(policy.serverUrl).origin === url.origin;
}

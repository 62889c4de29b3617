import { dirname, join } from 'node:path';
import { searchPath } from './build-view.ts';
import type { SandboxSettings } from './sandbox-settings.ts';

/** Where certificate authorities are; their values are paths, no secrets. */
const certificates = [
	'NODE_EXTRA_CA_CERTS',
	'SSL_CERT_FILE',
	'SSL_CERT_DIR',
	'REQUESTS_CA_BUNDLE',
	'PIP_CERT',
	'CURL_CA_BUNDLE',
];

/** A command's whole environment: fixed values, the search path, the host's certificate authorities, and what was named. */
export function buildEnvironment(
	settings: SandboxSettings,
	directory: string,
	named: Readonly<Record<string, string>>,
): Record<string, string> {
	const environment: Record<string, string> = {
		PATH: [join(directory, 'node_modules/.bin'), dirname(settings.nodePath), ...searchPath(settings)].join(':'),
		HOME: '/tmp/home',
		TMPDIR: '/tmp',
		LANG: 'C.UTF-8',
		CI: 'true',
		PAGER: 'cat',
		GIT_PAGER: 'cat',
		GIT_TERMINAL_PROMPT: '0',
		npm_config_update_notifier: 'false',
	};
	for (const name of certificates) {
		const value = settings.host[name];
		if (value !== undefined) environment[name] = value;
	}
	return { ...environment, ...named };
}

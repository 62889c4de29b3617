import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface AppCredentials {
	id: number;
	pem: string;
	webhookSecret: string;
	apiUrl: string;
	serverUrl: string;
}

export interface CredentialFiles {
	environment: string;
	key: string;
	write(credentials: AppCredentials): Promise<void>;
	/** Takes the reserved files away again, when there is nothing to write. */
	abandon(): Promise<void>;
}

/**
 * Reserves `.env` and the key's file in a directory, readable by the owner only, before GitHub is asked for anything: what
 * GitHub returns is shown once, and must not be lost to a full disk or a missing right. Null names the file that is already there.
 */
export async function reserveCredentialFiles(directory: string): Promise<CredentialFiles | { exists: string }> {
	const environment = join(directory, '.env');
	const key = join(directory, 'dark-factory.private-key.pem');
	const handles: [string, FileHandle][] = [];
	const abandon = async () => {
		for (const [path, handle] of handles) {
			await handle.close();
			await rm(path, { force: true });
		}
	};
	for (const path of [environment, key]) {
		try {
			handles.push([path, await open(path, 'wx', 0o600)]);
		} catch (error) {
			await abandon();
			if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return { exists: path };
			throw error;
		}
	}
	return {
		environment,
		key,
		abandon,
		write: async ({ id, pem, webhookSecret, apiUrl, serverUrl }) => {
			const lines = [
				`APP_ID=${id}`,
				`PRIVATE_KEY_PATH=${key}`,
				`WEBHOOK_SECRET=${webhookSecret}`,
				...(apiUrl === 'https://api.github.com' ? [] : [`GITHUB_API_URL=${apiUrl}`]),
				...(serverUrl === 'https://github.com' ? [] : [`GITHUB_SERVER_URL=${serverUrl}`]),
			];
			const texts = new Map([
				[environment, `${lines.join('\n')}\n`],
				[key, pem.endsWith('\n') ? pem : `${pem}\n`],
			]);
			for (const [path, handle] of handles) {
				await handle.writeFile(texts.get(path) ?? '');
				await handle.sync();
				await handle.close();
			}
		},
	};
}

import { Octokit } from '@octokit/rest';
import { createEmulator } from 'emulate';
import type { FileMode } from '../core/change-set.ts';
import type { RepositoryName } from '../core/subject.ts';
import { startGitHubFront } from './github-front.ts';

export interface EmulatedGitHub {
	/** Both the API's and the server's URL: `http://127.0.0.1:PORT`. */
	url: string;
	app: { id: number; slug: string; privateKey: string; webhookSecret: string };
	installation: number;
	repository: RepositoryName;
	/** The commit with `files`; null for an empty repository. */
	baseSha: string | null;
	/** A client of the repository's owner, who has admin permission, and of a person without any. */
	maintainer: Octokit;
	stranger: Octokit;
	/** Where deliveries go from now on. Before the first call, or with null, they are dropped. */
	deliverTo(webhookUrl: string | null): void;
	/** Resolves once every delivery made so far was answered. */
	settled(): Promise<void>;
	close(): Promise<void>;
}

export type SeedFile = string | Uint8Array | { content: Uint8Array; mode: FileMode };

export interface EmulatedGitHubOptions {
	/** Default `acme/widgets`. */
	repository?: RepositoryName;
	/** Files of the first commit on `main`, by path; none leaves the repository empty. */
	files?: Record<string, SeedFile>;
	/** The first commit. With the same files, message and dates, git makes a commit with the same SHA. */
	commit?: { message: string; author: { name: string; email: string; date: string } };
	/** Permissions that the installation lacks, for trying what happens then. */
	withoutPermissions?: string[];
	webhookSecret?: string;
}

const permissions: Record<string, string> = {
	checks: 'write',
	contents: 'write',
	issues: 'write',
	merge_queues: 'read',
	metadata: 'read',
	pull_requests: 'write',
	statuses: 'read',
};

/**
 * A GitHub on this machine, with one repository and the App installed on its owner. It has no git transport: serve a repository
 * made from the same files beside it (its SHAs are git's own). Binds 127.0.0.1 only.
 */
export async function startEmulatedGitHub(options: EmulatedGitHubOptions = {}): Promise<EmulatedGitHub> {
	const repository = options.repository ?? { owner: 'acme', name: 'widgets' };
	const webhookSecret = options.webhookSecret ?? 'a-secret-of-the-emulated-github';
	const app = { id: 4711, slug: 'dark-factory', name: 'Dark Factory' };
	const installation = 815;
	const front = await startGitHubFront(app);
	const granted = Object.entries(permissions).filter(([name]) => options.withoutPermissions?.includes(name) !== true);
	const emulator = await createEmulator({
		service: 'github',
		port: 0,
		seed: {
			tokens: {
				'maintainer-token': { login: repository.owner, scopes: ['repo', 'user'] },
				'stranger-token': { login: 'stranger', scopes: ['repo', 'user'] },
			},
			github: {
				users: [{ login: repository.owner }, { login: 'stranger' }],
				repos: [{ owner: repository.owner, name: repository.name, auto_init: false }],
				apps: [
					{
						app_id: app.id,
						slug: app.slug,
						name: app.name,
						permissions: Object.fromEntries(granted),
						events: ['*'],
						webhook_url: front.relayUrl,
						webhook_secret: webhookSecret,
						installations: [{ installation_id: installation, account: repository.owner, repository_selection: 'all' }],
					},
				],
			},
		},
	});
	front.connect(`http://127.0.0.1:${new URL(emulator.url).port}`, emulator.url);
	const key = emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key');
	if (key === undefined) throw new Error('the emulator generated no private key for the App');
	const maintainer = client(front.url, 'maintainer-token');
	return {
		url: front.url,
		app: { id: app.id, slug: app.slug, privateKey: key.value, webhookSecret },
		installation,
		repository,
		baseSha: await seed(maintainer, repository, options),
		maintainer,
		stranger: client(front.url, 'stranger-token'),
		deliverTo: front.deliverTo,
		settled: front.settled,
		close: async () => {
			await front.close();
			await emulator.close();
		},
	};
}

const firstCommit = {
	message: 'First commit\n',
	author: { name: 'Maintainer', email: 'maintainer@example.com', date: '2026-01-01T00:00:00Z' },
};

async function seed(
	maintainer: Octokit,
	repository: RepositoryName,
	options: EmulatedGitHubOptions,
): Promise<string | null> {
	const at = { owner: repository.owner, repo: repository.name };
	const tree = [];
	for (const [path, file] of Object.entries(options.files ?? {})) {
		const { content, mode } = asFile(file);
		const encoded = { content: Buffer.from(content).toString('base64'), encoding: 'base64' };
		const { data: blob } = await maintainer.rest.git.createBlob({ ...at, ...encoded });
		tree.push({ path, mode, type: 'blob' as const, sha: blob.sha });
	}
	if (tree.length === 0) return null;
	const made = await maintainer.rest.git.createTree({ ...at, tree });
	const { message, author } = options.commit ?? firstCommit;
	const commit = { ...at, message, author, committer: author, tree: made.data.sha, parents: [] };
	const { data } = await maintainer.rest.git.createCommit(commit);
	await maintainer.rest.git.createRef({ ...at, ref: 'refs/heads/main', sha: data.sha });
	return data.sha;
}

function asFile(file: SeedFile): { content: Uint8Array; mode: FileMode } {
	if (typeof file === 'string') return { content: Buffer.from(file), mode: '100644' };
	return file instanceof Uint8Array ? { content: file, mode: '100644' } : file;
}

function client(baseUrl: string, auth: string): Octokit {
	const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
	return new Octokit({ baseUrl, auth, log });
}

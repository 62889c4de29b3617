import { Fault } from '../../core/fault.ts';
import type { Contents } from '../../ports/forge/contents.ts';
import type { RepositoryClient } from './repository-client.ts';
import { statusOf } from './wire-error.ts';

const textLimit = 1024 * 1024;

export function githubContents(client: RepositoryClient): Contents {
	const { at, call, look, serverUrl, token } = client;
	const home = `${serverUrl}/${at.owner}/${at.repo}`;
	return {
		defaultBranch: () =>
			call('reading the default branch', async (octokit) => {
				const { data } = await octokit.rest.repos.get(at);
				const sha = await branchSha(client, data.default_branch);
				return sha === null ? null : { name: data.default_branch, sha };
			}),

		branchSha: (branch) => branchSha(client, branch),

		readText: (path, sha) =>
			look(`reading ${path}`, async (octokit) => {
				const { data } = await octokit.rest.repos.getContent({ ...at, path, ref: sha });
				if (Array.isArray(data) || data.type !== 'file' || !('content' in data)) return null;
				if (data.size > textLimit || data.encoding === 'none') {
					throw new Fault('permanent', `${path} has ${data.size} bytes, more than the 1 MiB that are read as text`);
				}
				return Buffer.from(data.content, 'base64').toString('utf8');
			}),

		listDirectory: async (path, sha) => {
			const names = await look(`listing ${path}`, async (octokit) => {
				const { data } = await octokit.rest.repos.getContent({ ...at, path, ref: sha });
				return Array.isArray(data) ? data.filter((entry) => entry.type === 'file').map((entry) => entry.name) : [];
			});
			return names ?? [];
		},

		remote: async () => {
			const credentials = Buffer.from(`x-access-token:${await token('git')}`).toString('base64');
			return { url: `${home}.git`, authorization: `basic ${credentials}` };
		},

		link: (target) => {
			if ('commit' in target) return `${home}/commit/${target.commit}`;
			const path = target.file.split('/').map(encodeURIComponent).join('/');
			return `${home}/blob/${target.at}/${path}${target.line === undefined ? '' : `#L${target.line}`}`;
		},
	};
}

/** The commit that a branch points to; null when there is none, also in an empty repository, where GitHub answers 409. */
export function branchSha({ at, look }: RepositoryClient, branch: string): Promise<string | null> {
	return look(`reading branch ${branch}`, async (octokit) => {
		try {
			return (await octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` })).data.object.sha;
		} catch (error) {
			if (statusOf(error) === 409) return null;
			throw error;
		}
	});
}

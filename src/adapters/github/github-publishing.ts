import { isUtf8 } from 'node:buffer';
import type { PublishedFile, Publishing } from '../../ports/forge/publishing.ts';
import { branchSha } from './github-contents.ts';
import type { RepositoryClient } from './repository-client.ts';
import { messageOf, statusOf } from './wire-error.ts';

/** Texts up to this many bytes travel inside the tree: one request for all of them instead of one each. */
const inlineLimit = 256 * 1024;

export function githubPublishing(client: RepositoryClient): Publishing {
	const { at, call } = client;
	return {
		createCommit: ({ parentSha, baseTreeSha, files, message }) =>
			call('making a commit', async (octokit) => {
				const tree = [];
				for (const file of files) tree.push(await treeEntry(client, file));
				const made = await octokit.rest.git.createTree({ ...at, base_tree: baseTreeSha, tree });
				// Neither author, committer nor date: GitHub signs an App's commit only when they are its own.
				// https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
				const commit = { ...at, message, tree: made.data.sha, parents: [parentSha] };
				const { data } = await octokit.rest.git.createCommit(commit);
				return { sha: data.sha, treeSha: data.tree.sha };
			}),

		putBranch: (branch, sha, expected) =>
			call(`moving branch ${branch}`, async (octokit) => {
				const now = await branchSha(client, branch);
				if (now === sha) return 'unchanged';
				if (now !== null && now !== expected) return 'moved';
				try {
					if (now === null) {
						await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha });
						return 'created';
					}
					await octokit.rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha, force: false });
					return 'updated';
				} catch (error) {
					if (statusOf(error) !== 422) throw error;
					// Somebody was faster, between our look and our write; or GitHub refuses for a reason of its own.
					const since = await branchSha(client, branch);
					if (since === sha) return 'unchanged';
					if (since !== now) return 'moved';
					throw error;
				}
			}),

		deleteBranch: (branch) =>
			call(`deleting branch ${branch}`, async (octokit) => {
				try {
					await octokit.rest.git.deleteRef({ ...at, ref: `heads/${branch}` });
				} catch (error) {
					const status = statusOf(error);
					const absent = status === 404 || (status === 422 && /does not exist/i.test(messageOf(error)));
					if (!absent) throw error;
				}
			}),
	};
}

async function treeEntry(client: RepositoryClient, { path, mode, content }: PublishedFile) {
	const entry = { path, mode, type: 'blob' as const };
	if (content === null) return { ...entry, sha: null };
	const text = content.length <= inlineLimit ? asText(content) : null;
	if (text !== null) return { ...entry, content: text };
	const encoded = { content: Buffer.from(content).toString('base64'), encoding: 'base64' };
	const { data } = await client.call(`uploading ${path}`, (octokit) =>
		octokit.rest.git.createBlob({ ...client.at, ...encoded }),
	);
	return { ...entry, sha: data.sha };
}

/** The bytes as a text that stands for exactly them in JSON, or null. */
function asText(content: Uint8Array): string | null {
	if (content.includes(0) || !isUtf8(content)) return null;
	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}

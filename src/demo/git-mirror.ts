import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { EmulatedGitHub } from './emulated-github.ts';
import { hasObject, writeObject } from './loose-objects.ts';

const run = promisify(execFile);
const heads = 'refs/heads/';

export interface GitMirror {
	/** Directory of bare repositories: `OWNER/NAME.git`. */
	root: string;
	/** Takes over every branch that the emulated GitHub has now. */
	refresh(): Promise<void>;
}

/**
 * The emulated GitHub's repository as a bare git repository on disk, rebuilt through the Git Data API: the emulator has no git
 * transport. Every object is checked against its SHA, so what git serves is what the API serves.
 */
export async function createGitMirror(github: EmulatedGitHub, root: string): Promise<GitMirror> {
	const { owner, name } = github.repository;
	const at = { owner, repo: name };
	const { git } = github.maintainer.rest;
	const directory = join(root, owner, `${name}.git`);
	await mkdir(directory, { recursive: true });
	await run('git', ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '-b', 'main', directory]);
	let refreshing = Promise.resolve();

	async function copyTree(sha: string): Promise<void> {
		if (hasObject(directory, sha)) return;
		const { data } = await git.getTree({ ...at, tree_sha: sha });
		const parts: Buffer[] = [];
		for (const { path, mode, type, sha: entry } of data.tree.toSorted(inGitOrder)) {
			if (type === 'tree') await copyTree(entry);
			else if (type === 'blob' && !hasObject(directory, entry)) {
				const { data: blob } = await git.getBlob({ ...at, file_sha: entry });
				await writeObject(directory, entry, 'blob', Buffer.from(blob.content, blob.encoding as BufferEncoding));
			}
			parts.push(Buffer.from(`${mode.replace(/^0/, '')} ${path}\0`), Buffer.from(entry, 'hex'));
		}
		await writeObject(directory, sha, 'tree', Buffer.concat(parts));
	}

	async function copyCommit(sha: string): Promise<void> {
		if (hasObject(directory, sha)) return;
		const { data } = await git.getCommit({ ...at, commit_sha: sha });
		await copyTree(data.tree.sha);
		for (const parent of data.parents) await copyCommit(parent.sha);
		const lines = [
			`tree ${data.tree.sha}`,
			...data.parents.map((parent) => `parent ${parent.sha}`),
			`author ${formatPerson(data.author)}`,
			`committer ${formatPerson(data.committer)}`,
			'',
			// The emulator ends every message with a line end before it hashes, as `git commit` does.
			data.message.endsWith('\n') ? data.message : `${data.message}\n`,
		];
		await writeObject(directory, sha, 'commit', Buffer.from(lines.join('\n')));
	}

	async function copyBranches(): Promise<void> {
		const { data } = await git.listMatchingRefs({ ...at, ref: 'heads/' });
		await rm(join(directory, heads), { recursive: true, force: true });
		for (const { ref, object } of data) {
			await copyCommit(object.sha);
			await mkdir(dirname(join(directory, ref)), { recursive: true });
			await writeFile(join(directory, ref), `${object.sha}\n`);
		}
	}

	return {
		root,
		refresh: () => {
			const next = refreshing.then(copyBranches);
			refreshing = next.catch(() => {});
			return next;
		},
	};
}

/** By bytes, a directory as if its name ended with a slash. */
function inGitOrder(a: { path: string; type: string }, b: { path: string; type: string }): number {
	const key = ({ path, type }: { path: string; type: string }) => Buffer.from(type === 'tree' ? `${path}/` : path);
	return Buffer.compare(key(a), key(b));
}

function formatPerson(person: { name: string; email: string; date: string }): string {
	const [, offset = '+0000'] = /([+-]\d{2}:?\d{2})$/.exec(person.date) ?? [];
	return `${person.name} <${person.email}> ${Math.floor(Date.parse(person.date) / 1000)} ${offset.replace(':', '')}`;
}

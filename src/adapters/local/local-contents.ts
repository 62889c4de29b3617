import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublishedFile } from '../../ports/forge/publishing.ts';
import type { GitRepository } from '../../ports/git.ts';
import { requireObjectId } from '../git/object-id.ts';
import { runGit } from '../git/run-git.ts';

export interface LocalCommit {
	parentSha: string;
	baseTreeSha: string;
	files: PublishedFile[];
	message: string;
	/** ISO 8601. */
	date: string;
}

/** Commits and branches of a repository on this machine. */
export interface LocalContents {
	/** Where git fetches from. */
	url: string;
	/** The branch to change; null without any commit. */
	head(): Promise<{ name: string; sha: string } | null>;
	branchSha(branch: string): Promise<string | null>;
	/** Null when there is no such file at the commit. */
	readFile(sha: string, path: string): Promise<Uint8Array | null>;
	/** Paths of all files at the commit. */
	list(sha: string): Promise<string[]>;
	/** Makes a commit object, no branch; the same input makes the same commit. */
	commit(commit: LocalCommit): Promise<{ sha: string; treeSha: string }>;
	/** Sets or deletes (null) a branch, only when it is at `expected` now; false when it is elsewhere. */
	setBranch(branch: string, sha: string | null, expected: string | null): Promise<boolean>;
}

export interface LocalContentsOptions {
	/** The host's copy; its git directory, and the same through the port. */
	gitDirectory: string;
	git: GitRepository;
	/** Where the copy comes from. */
	url: string;
	head: { name: string; sha: string };
	/** Gives a branch back to the repository of the person. @throws Fault permanent when it has another of that name. */
	publish(sha: string, branch: string): Promise<void>;
}

const absent = '0'.repeat(40);

/** Works on the host's own copy with the hardened git; the person's repository only ever receives finished branches. */
export function localContents({ gitDirectory, git, url, head, publish }: LocalContentsOptions): LocalContents {
	async function ask(...args: string[]): Promise<string | null> {
		const { output, exitCode } = await runGit({ gitDirectory, args, accept: [0, 1, 128] });
		return exitCode === 0 ? output.toString('utf8').trim() : null;
	}

	async function write(type: 'blob' | 'commit', content: Uint8Array | string): Promise<string> {
		const args = ['hash-object', '-t', type, '-w', '--stdin'];
		return (await runGit({ gitDirectory, args, input: [content] })).output.toString('latin1').trim();
	}

	async function writeTree(baseTreeSha: string, files: PublishedFile[]): Promise<string> {
		const indexFile = join(tmpdir(), `dark-factory-index-${randomUUID()}`);
		const places = { gitDirectory, indexFile };
		try {
			requireObjectId(baseTreeSha);
			await runGit({ ...places, args: ['read-tree', baseTreeSha] });
			const lines = [];
			for (const { path, mode, content } of files) {
				lines.push(content === null ? `0 ${absent}\t${path}\0` : `${mode} ${await write('blob', content)}\t${path}\0`);
			}
			await runGit({ ...places, args: ['update-index', '-z', '--index-info'], input: lines });
			return (await runGit({ ...places, args: ['write-tree'] })).output.toString('latin1').trim();
		} finally {
			await rm(indexFile, { force: true });
		}
	}

	async function branchSha(branch: string): Promise<string | null> {
		const own = await ask('rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}`);
		return own ?? (branch === head.name ? head.sha : null);
	}

	return {
		url,
		head: async () => head,
		branchSha,
		readFile: (sha, path) => git.readFile(sha, path),
		list: async (sha) => (await git.list(sha)).map((entry) => entry.path),
		commit: async ({ parentSha, baseTreeSha, files, message, date }) => {
			requireObjectId(parentSha);
			const treeSha = await writeTree(baseTreeSha, files);
			const time = Math.floor(Date.parse(date) / 1000);
			const identity = `Dark Factory <dark-factory@users.noreply.github.com> ${time} +0000`;
			const headers = `tree ${treeSha}\nparent ${parentSha}\nauthor ${identity}\ncommitter ${identity}\n`;
			return { sha: await write('commit', `${headers}\n${message.trimEnd()}\n`), treeSha };
		},
		setBranch: async (branch, sha, expected) => {
			if ((await branchSha(branch)) !== expected) return false;
			const ref = `refs/heads/${branch}`;
			const args = sha === null ? ['update-ref', '-d', ref] : ['update-ref', ref, sha, expected ?? absent];
			if ((await ask(...args)) === null) return false;
			if (sha !== null) await publish(sha, branch);
			return true;
		},
	};
}

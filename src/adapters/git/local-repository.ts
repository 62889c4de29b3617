import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../../core/fault.ts';
import { localOwner, type RepositoryName } from '../../core/subject.ts';
import type { Remote } from '../../ports/git.ts';
import type { RemotePolicy } from './git-environment.ts';
import { requireObjectId } from './object-id.ts';
import { runGit } from './run-git.ts';

/** A git repository on this machine, for `run --repo PATH`. Its commits count; what is not committed there does not. */
export interface LocalRepository {
	/** Top of its worktree, or the bare repository itself. */
	root: string;
	remote: Remote;
	/** Name under which the host keeps its own copy. */
	repository: RepositoryName;
	/** Commit of HEAD. */
	headSha: string;
	/** Branch that HEAD names; null when detached. */
	branch: string | null;
}

const policy: RemotePolicy = { serverUrl: null, localRepositories: 'allowed' };
/** The other side of a local fetch or push runs in their repository and must not run their hooks. */
const quiet = [
	'core.hooksPath=/dev/null',
	'core.fsmonitor=false',
	'core.alternateRefsCommand=',
	'gc.auto=0',
	'safe.directory=*',
];

/** @throws Fault permanent when there is no repository, or one without a commit. */
export async function findLocalRepository(path: string): Promise<LocalRepository> {
	const root = await findRoot(path);
	const remote: Remote = { url: pathToFileURL(root).href, authorization: null };
	const answer = await runGit({
		gitDirectory: '/',
		args: [
			'ls-remote',
			'--symref',
			`--upload-pack=${otherSide('upload-pack')}`,
			'--end-of-options',
			remote.url,
			'HEAD',
		],
		remote: { remote, policy },
	});
	const text = answer.output.toString('utf8');
	const headSha = /^([0-9a-f]{40})\tHEAD$/m.exec(text)?.[1];
	if (headSha === undefined) throw new Fault('permanent', `${root} has no commit yet: commit something first`);
	const hash = createHash('sha256').update(root).digest('hex').slice(0, 12);
	const name = `${basename(root).replace(/[^A-Za-z0-9_.-]/g, '-')}-${hash}`;
	return {
		root,
		remote,
		repository: { owner: localOwner, name },
		headSha,
		branch: /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1] ?? null,
	};
}

/**
 * Gives a commit of the host's copy back as a new branch. Their hooks do not run, their worktree is not touched.
 * @throws Fault permanent when they have a branch of that name with other content.
 */
export async function publishToLocal(
	dataDirectory: string,
	local: LocalRepository,
	commitSha: string,
	branch: string,
): Promise<void> {
	requireObjectId(commitSha);
	const { owner, name } = local.repository;
	await runGit({
		gitDirectory: join(dataDirectory, 'repositories', owner, `${name.toLowerCase()}.git`),
		args: [
			...['push', '--quiet', '--no-verify', `--receive-pack=${otherSide('receive-pack')}`, '--end-of-options'],
			...[local.remote.url, `${commitSha}:refs/heads/${branch}`],
		],
		remote: { remote: local.remote, policy },
	});
}

/** Git starts the other side without our configuration, so it is repeated here; a constant text, no value goes in. */
function otherSide(program: 'upload-pack' | 'receive-pack'): string {
	return ['git', ...quiet.map((setting) => `-c '${setting}'`), program].join(' ');
}

async function findRoot(path: string): Promise<string> {
	const start = await realpath(path).catch(() => null);
	if (start === null) throw new Fault('permanent', `${path} does not exist`);
	for (let directory = start; ; directory = dirname(directory)) {
		if (await exists(join(directory, '.git'))) return directory;
		if ((await exists(join(directory, 'objects'))) && (await exists(join(directory, 'HEAD')))) return directory;
		if (directory === dirname(directory)) throw new Fault('permanent', `${path} is not in a git repository`);
	}
}

async function exists(path: string): Promise<boolean> {
	return await lstat(path).then(
		() => true,
		() => false,
	);
}

import { Fault } from '../../core/fault.ts';
import { requireObjectId } from './object-id.ts';
import { runGit } from './run-git.ts';

export interface CommitRequest {
	gitDirectory: string;
	treeSha: string;
	parentSha: string;
	message: string;
	branch: string;
	/** Milliseconds since 1970. */
	at: number;
}

/**
 * Commits a tree on a new branch of the host's repository and returns the commit. The same request made again gives the same
 * commit. @throws Fault permanent when the branch name is not one, or the branch exists with other content.
 */
export async function commitTree(request: CommitRequest): Promise<string> {
	const { gitDirectory, treeSha, parentSha, branch } = request;
	requireObjectId(treeSha);
	requireObjectId(parentSha);
	const ref = `refs/heads/${branch}`;
	const check = await runGit({ gitDirectory, args: ['check-ref-format', ref], accept: [0, 1] });
	if (check.exitCode !== 0 || branch.startsWith('-')) throw new Fault('permanent', `"${branch}" is no branch name`);
	const existing = await runGit({ gitDirectory, args: ['rev-parse', '--verify', '--quiet', ref], accept: [0, 1] });
	if (existing.exitCode === 0) {
		const sha = existing.output.toString('latin1').trim();
		const facts = await runGit({ gitDirectory, args: ['log', '-1', '--format=%T %P', sha] });
		if (facts.output.toString('latin1').trim() === `${treeSha} ${parentSha}`) return sha;
		throw new Fault('permanent', `the branch ${branch} already exists with other content`);
	}
	const date = `${Math.floor(request.at / 1000)} +0000`;
	const identity = `Dark Factory <dark-factory@users.noreply.github.com> ${date}`;
	const tree = `tree ${treeSha}\nparent ${parentSha}\nauthor ${identity}\ncommitter ${identity}\n\n`;
	const message = request.message.endsWith('\n') ? request.message : `${request.message}\n`;
	const written = await runGit({
		gitDirectory,
		args: ['hash-object', '-t', 'commit', '-w', '--stdin'],
		input: [tree, message],
	});
	const sha = written.output.toString('latin1').trim();
	await runGit({ gitDirectory, args: ['update-ref', ref, sha, '0'.repeat(40)] });
	return sha;
}

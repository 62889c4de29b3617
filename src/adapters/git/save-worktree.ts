import { access, writeFile } from 'node:fs/promises';
import { Fault } from '../../core/fault.ts';
import type { GitPlaces } from './git-environment.ts';
import { type IgnoreFile, joinIgnoreFiles } from './ignore-rules.ts';
import { decodePath, type RawPath, splitRecords } from './raw-path.ts';
import { readWorktreeFile } from './read-worktree-file.ts';
import { RememberedTree } from './remembered-tree.ts';
import { runGit } from './run-git.ts';
import { findSkipped, scanWorktree } from './scan-worktree.ts';

/** More changed files than any change set could be; a runaway build, not a change. */
const changedFilesLimit = 100_000;
const bytesLimit = 1024 * 1024 * 1024;

export interface SaveRequest {
	gitDirectory: string;
	/** The worktree, without links in its path. */
	directory: string;
	/** Private index of this worktree; holds what was last checked out or saved. */
	indexFile: string;
	/** Where the joined ignore rules may be written. */
	excludeFile: string;
	baseTreeish: string;
}

export interface Saved {
	tree: string;
	/** For the next save of the same worktree on the same base; null when git has to be asked again. */
	remembered: RememberedTree | null;
}

/**
 * Writes the worktree's state as a tree. Git only compares and lists; the content is read here, as it is, and streamed in, so no
 * filter, attribute or nested repository has a say. Files within nested repositories are left out: they are not part of this one.
 * @throws Fault permanent when the change is too large or a name is one that git refuses.
 */
export async function saveWorktree(request: SaveRequest): Promise<Saved> {
	const places = {
		gitDirectory: request.gitDirectory,
		workTree: request.directory,
		indexFile: request.indexFile,
	};
	const hasIndex = await access(request.indexFile).then(
		() => true,
		() => false,
	);
	if (!hasIndex) await runGit({ ...places, args: ['read-tree', request.baseTreeish] });
	const rules = joinIgnoreFiles(await readIgnoreFiles(request));
	await writeFile(request.excludeFile, rules, 'latin1');
	const isSkipped = findSkipped(rules);
	const scan = scanWorktree(request.directory, isSkipped);

	const [tracked, others] = await Promise.all([
		runGit({ ...places, args: ['diff-files', '-z', '--name-only', '--ignore-submodules=all'] }),
		runGit({ ...places, args: ['ls-files', '-z', '--others', `--exclude-from=${request.excludeFile}`] }),
	]);
	const changed = splitRecords(tracked.output);
	const added = splitRecords(others.output).filter((path) => !path.endsWith('/'));
	if (changed.length + added.length > changedFilesLimit) {
		throw new Fault(
			'permanent',
			`the worktree has ${changed.length + added.length} changed files; at most ${changedFilesLimit}`,
		);
	}
	if (changed.length + added.length > 0) await updateIndex(request, [...new Set([...changed, ...added])]);
	const written = await runGit({ ...places, args: ['write-tree'] });
	const tree = written.output.toString('latin1').trim();
	if (scan === null) return { tree, remembered: null };
	const { gitDirectory, directory } = request;
	const files = await listIndex(places);
	return { tree, remembered: RememberedTree.create({ gitDirectory, directory, isSkipped, scan, tree }, files) };
}

/** The index's records are `mode SP sha SP stage TAB path`. */
async function listIndex(places: GitPlaces): Promise<Map<RawPath, { mode: string; sha: string }>> {
	const { output } = await runGit({ ...places, args: ['ls-files', '-z', '--stage'] });
	return new Map(
		splitRecords(output).map((record) => {
			const [mode = '', sha = ''] = record.split(' ');
			return [record.slice(record.indexOf('\t') + 1), { mode, sha }];
		}),
	);
}

async function updateIndex(request: SaveRequest, paths: readonly RawPath[]): Promise<void> {
	const places = { gitDirectory: request.gitDirectory, workTree: request.directory, indexFile: request.indexFile };
	const kept: { path: RawPath; mode: string }[] = [];
	const gone: RawPath[] = [];
	const answer = await runGit({
		...places,
		args: ['fast-import', '--quiet', '--force'],
		input: streamBlobs(request.directory, paths, kept, gone),
	});
	const shas = answer.output
		.toString('latin1')
		.trim()
		.split('\n')
		.filter((line) => line !== '');
	if (shas.length !== kept.length)
		throw new Fault('transient', 'git fast-import answered for fewer files than were sent');
	const removals = gone.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`);
	const entries = kept.map(({ path, mode }, index) => `${mode} ${shas[index]}\t${path}\0`);
	await runGit({
		...places,
		args: ['update-index', '-z', '--index-info'],
		input: [Buffer.from([...removals, ...entries].join(''), 'latin1')],
	});
	await runGit({ ...places, args: ['update-index', '-q', '--refresh'], accept: [0, 1] });
}

/** https://git-scm.com/docs/git-fast-import: `get-mark` answers with the blob's id. Fills `kept` and `gone` on the way. */
async function* streamBlobs(
	directory: string,
	paths: readonly RawPath[],
	kept: { path: RawPath; mode: string }[],
	gone: RawPath[],
): AsyncGenerator<Uint8Array | string> {
	let bytes = 0;
	for (const path of paths) {
		const file = await readWorktreeFile(directory, path);
		if (file === null) {
			gone.push(path);
			continue;
		}
		bytes += file.content.length;
		if (bytes > bytesLimit) {
			throw new Fault(
				'permanent',
				`the changed files hold more than ${bytesLimit} bytes, counted up to ${decodePath(path)}`,
			);
		}
		kept.push({ path, mode: file.mode });
		yield `blob\nmark :${kept.length}\ndata ${file.content.length}\n`;
		yield file.content;
		yield `\nget-mark :${kept.length}\n`;
	}
}

async function readIgnoreFiles(request: SaveRequest): Promise<IgnoreFile[]> {
	const { gitDirectory, baseTreeish } = request;
	const listed = await runGit({ gitDirectory, args: ['ls-tree', '-r', '-z', '--full-tree', baseTreeish] });
	const files: IgnoreFile[] = [];
	for (const record of splitRecords(listed.output)) {
		const [facts = '', path = ''] = [record.slice(0, record.indexOf('\t')), record.slice(record.indexOf('\t') + 1)];
		const [mode = '', , sha = ''] = facts.split(' ');
		if (!mode.startsWith('100') || !(path === '.gitignore' || path.endsWith('/.gitignore'))) continue;
		const blob = await runGit({
			gitDirectory,
			args: ['cat-file', 'blob', sha],
			outputLimit: 1024 * 1024,
			overflow: 'cut',
		});
		files.push({ path, text: blob.output.toString('latin1') });
	}
	return files;
}

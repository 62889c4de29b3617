import type { ChangeSet, FileChange } from '../../core/change-set.ts';
import { decodePath, splitRecords } from './raw-path.ts';
import { runGit } from './run-git.ts';

/** Renames are not guessed, no program of the repository formats anything, colours and prefixes are fixed. */
const diffTree = ['diff-tree', '-r', '--no-commit-id', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const gitlink = '160000';

/** The difference between two trees. A patch over `patchLimit` bytes is cut at a line and says so. */
export async function listChanges(
	gitDirectory: string,
	baseTreeSha: string,
	treeSha: string,
	patchLimit: number,
): Promise<ChangeSet> {
	const raw = await runGit({ gitDirectory, args: [...diffTree, '-z', '--raw', '--no-abbrev', baseTreeSha, treeSha] });
	const counts = await runGit({ gitDirectory, args: [...diffTree, '-z', '--numstat', baseTreeSha, treeSha] });
	const lines = new Map(splitRecords(counts.output).map(parseCount));
	const records = splitRecords(raw.output);
	const found: { change: FileChange; isBlob: boolean }[] = [];
	for (let index = 0; index + 1 < records.length; index += 2) {
		const [oldMode = '', newMode = '', , newSha = '', status = ''] = (records[index] ?? '')
			.replace(/^:/, '')
			.split(' ');
		const path = records[index + 1] ?? '';
		const isDeleted = status === 'D';
		const mode = isDeleted ? oldMode : newMode;
		found.push({
			isBlob: !isDeleted && mode !== gitlink,
			change: {
				path: decodePath(path),
				status: isDeleted ? 'deleted' : status === 'A' ? 'added' : 'modified',
				mode,
				blobSha: isDeleted ? null : newSha,
				size: 0,
				...(lines.get(path) ?? { addedLines: 0, deletedLines: 0, binary: false }),
			},
		});
	}
	await fillSizes(
		gitDirectory,
		found.filter((entry) => entry.isBlob).map((entry) => entry.change),
	);
	const patch = await readPatch(gitDirectory, baseTreeSha, treeSha, patchLimit);
	return { baseTreeSha, treeSha, files: found.map((entry) => entry.change), patch };
}

type LineCounts = Pick<FileChange, 'addedLines' | 'deletedLines' | 'binary'>;

/** `added TAB deleted TAB path`; `-` for both when the content is binary. */
function parseCount(record: string): [string, LineCounts] {
	const [added = '', deleted = ''] = record.split('\t', 2);
	const path = record.slice(added.length + deleted.length + 2);
	if (added === '-') return [path, { addedLines: 0, deletedLines: 0, binary: true }];
	return [path, { addedLines: Number(added), deletedLines: Number(deleted), binary: false }];
}

async function fillSizes(gitDirectory: string, changes: readonly FileChange[]): Promise<void> {
	const answer = await runGit({
		gitDirectory,
		args: ['cat-file', '--batch-check=%(objectsize)'],
		input: changes.map((change) => `${change.blobSha}\n`),
	});
	const sizes = answer.output.toString('latin1').split('\n');
	for (const [index, change] of changes.entries()) change.size = Number(sizes[index]);
}

async function readPatch(gitDirectory: string, base: string, tree: string, limit: number): Promise<string> {
	const answer = await runGit({
		gitDirectory,
		args: [...diffTree, '-p', '--src-prefix=a/', '--dst-prefix=b/', base, tree],
		outputLimit: limit,
		overflow: 'cut',
	});
	if (!answer.cut) return answer.output.toString('utf8');
	const end = answer.output.lastIndexOf('\n') + 1;
	return `${answer.output.subarray(0, end).toString('utf8')}[patch cut: it has more than ${limit} bytes]\n`;
}

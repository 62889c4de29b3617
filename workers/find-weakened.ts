import type { ChangeSet, FileChange } from '../src/core/change-set.ts';
import { fileLimit } from '../src/core/check-change-set.ts';
import type { ChangedText } from '../src/core/weakened-checks/changed-text.ts';
import { findWeakenedChecks } from '../src/core/weakened-checks/find-weakened-checks.ts';
import { describeWeakening } from '../src/core/weakened-checks/weakened-check.ts';
import type { JobContext } from './job-context.ts';

/** Findings that are told one by one; a change with more is not read line by line. */
const told = 50;

/**
 * Where the change weakens what checks it, each in a line for people. A file that cannot be read as text counts as empty, so that
 * tests cannot be hidden by growing over the limit.
 */
export async function findWeakened(context: JobContext, changes: ChangeSet): Promise<string[]> {
	const files: ChangedText[] = [];
	for (const file of changes.files) files.push(await readTexts(context, changes, file));
	const found = findWeakenedChecks(files).map(describeWeakening);
	const more = found.length - told;
	return more > 0 ? [...found.slice(0, told), `The change weakens checks in ${more} more places.`] : found;
}

async function readTexts({ git }: JobContext, changes: ChangeSet, file: FileChange): Promise<ChangedText> {
	const { path, status, blobSha, size, mode } = file;
	const isRead = blobSha !== null && size <= fileLimit && mode.startsWith('10');
	const head = blobSha === null ? null : isRead ? textOf(await git.readBlob(blobSha)) : '';
	if (status === 'added') return { path, base: null, head };
	const base = await git.readFile(changes.baseTreeSha, path);
	return { path, base: base === null ? '' : textOf(base), head };
}

function textOf(bytes: Uint8Array): string {
	const text = bytes.length > 4 * fileLimit ? '' : Buffer.from(bytes).toString('utf8');
	return text.includes('\0') ? '' : text;
}

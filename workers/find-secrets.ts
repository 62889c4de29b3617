import type { ChangeSet } from '../src/core/change-set.ts';
import { fileLimit } from '../src/core/check-change-set.ts';
import { type FoundSecret, findNewSecrets } from '../src/core/new-findings.ts';
import type { JobContext } from './job-context.ts';

/**
 * Secrets that publishing would give away: in what the change adds to files, in file names, and in the texts around it. What the
 * base already holds is not the change's doing.
 */
export async function findSecrets(
	context: JobContext,
	changes: ChangeSet,
	texts: { where: string; text: string }[],
): Promise<FoundSecret[]> {
	const names = changes.files.map((file) => file.path).join('\n');
	const found: FoundSecret[] = await context.secrets.scan([...texts, { where: 'file names', text: names }]);
	for (const file of changes.files) {
		if (file.blobSha === null || file.size > fileLimit || !/^1[02]/.test(file.mode)) continue;
		const head = await scan(context, file.path, await context.git.readBlob(file.blobSha));
		if (head.findings.length === 0) continue;
		const old = file.status === 'added' ? null : await context.git.readFile(changes.baseTreeSha, file.path);
		const base = old === null ? { text: '', findings: [] } : await scan(context, file.path, old);
		found.push(...findNewSecrets(head, base));
	}
	return found;
}

async function scan(context: JobContext, where: string, bytes: Uint8Array) {
	const text = Buffer.from(bytes).toString('utf8');
	return { text, findings: await context.secrets.scan([{ where, text }]) };
}

/** Where the secrets are, never what they are. */
export function describeSecrets(found: readonly FoundSecret[]): string {
	const places = [...new Set(found.map(({ where, line, rule }) => `${where}:${line} (${rule})`))];
	const more = places.length > 10 ? ` and ${places.length - 10} more` : '';
	return `what looks like a secret would be published: ${places.slice(0, 10).join(', ')}${more}`;
}

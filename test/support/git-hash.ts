import { createHash } from 'node:crypto';

export interface HashedFile {
	mode: string;
	content: Uint8Array;
}

function hashObject(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
	return createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex');
}

export function hashBlob(content: Uint8Array): string {
	return hashObject('blob', content);
}

/** git's own SHA of the tree that holds these files. */
export function hashTree(files: ReadonlyMap<string, HashedFile>): string {
	const entries = new Map<string, { mode: string; sha: string }>();
	const directories = new Map<string, Map<string, HashedFile>>();
	for (const [path, file] of files) {
		const slash = path.indexOf('/');
		if (slash === -1) {
			entries.set(path, { mode: file.mode, sha: hashBlob(file.content) });
			continue;
		}
		const directory = directories.get(path.slice(0, slash)) ?? new Map<string, HashedFile>();
		directory.set(path.slice(slash + 1), file);
		directories.set(path.slice(0, slash), directory);
	}
	for (const [name, inside] of directories) entries.set(name, { mode: '40000', sha: hashTree(inside) });
	const sorted = [...entries].map(([name, entry]) => ({
		order: Buffer.from(entry.mode === '40000' ? `${name}/` : name),
		bytes: Buffer.concat([Buffer.from(`${entry.mode} ${name}\0`), Buffer.from(entry.sha, 'hex')]),
	}));
	sorted.sort((a, b) => Buffer.compare(a.order, b.order));
	return hashObject('tree', Buffer.concat(sorted.map((entry) => entry.bytes)));
}

/** git's own SHA of a commit by the fixed identity of the fake forge. */
export function hashCommit(commit: { treeSha: string; parents: string[]; message: string; date: string }): string {
	const who = `dark-factory[bot] <dark-factory[bot]@users.noreply.github.com> ${Math.floor(Date.parse(commit.date) / 1000)} +0000`;
	const lines = [
		`tree ${commit.treeSha}`,
		...commit.parents.map((parent) => `parent ${parent}`),
		`author ${who}`,
		`committer ${who}`,
		'',
		commit.message,
	];
	return hashObject('commit', Buffer.from(lines.join('\n')));
}

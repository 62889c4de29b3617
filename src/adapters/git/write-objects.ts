import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { RawPath } from './raw-path.ts';

export interface GitObject {
	type: 'blob' | 'tree';
	sha: string;
	body: Buffer;
}

/** A blob or tree as git names it. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function buildObject(type: GitObject['type'], body: Buffer): GitObject {
	return { type, body, sha: createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex') };
}

/** The trees that hold these files, the root last. Paths are git's: no empty part, no file where a directory is. */
export function buildTrees(files: ReadonlyMap<RawPath, { mode: string; sha: string }>): GitObject[] {
	const root: Directory = new Map();
	for (const [path, { mode, sha }] of files) {
		const parts = path.split('/');
		const name = parts.pop() ?? '';
		let directory = root;
		for (const part of parts) {
			const inside = directory.get(part);
			const next: Directory = inside instanceof Map ? inside : new Map();
			directory.set(part, next);
			directory = next;
		}
		directory.set(name, { mode, sha });
	}
	const trees: GitObject[] = [];
	addTree(root, trees);
	return trees;
}

type Directory = Map<string, Directory | { mode: string; sha: string }>;

function addTree(directory: Directory, trees: GitObject[]): string {
	const entries = [...directory].map(([name, inside]) => {
		const isTree = inside instanceof Map;
		const { mode, sha } = isTree ? { mode: '40000', sha: addTree(inside, trees) } : inside;
		// Directories are sorted as if their names ended with a slash.
		return { order: isTree ? `${name}/` : name, head: `${mode} ${name}\0`, sha };
	});
	// One character per byte, so this is the order of the bytes.
	entries.sort((left, right) => (left.order < right.order ? -1 : 1));
	const parts = entries.flatMap(({ head, sha }) => [Buffer.from(head, 'latin1'), Buffer.from(sha, 'hex')]);
	const tree = buildObject('tree', Buffer.concat(parts));
	trees.push(tree);
	return tree.sha;
}

/** Writes loose objects, each whole or not at all; those that are there already are left alone. As safe as git's own, which by default does not wait for the disk. */
export async function writeObjects(gitDirectory: string, objects: readonly GitObject[]): Promise<void> {
	await Promise.all(objects.map((object) => writeObject(gitDirectory, object)));
}

async function writeObject(gitDirectory: string, { type, sha, body }: GitObject): Promise<void> {
	const directory = join(gitDirectory, 'objects', sha.slice(0, 2));
	const place = join(directory, sha.slice(2));
	const exists = await access(place).then(
		() => true,
		() => false,
	);
	if (exists) return;
	const packed = await promisify(deflate)(Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), { level: 1 });
	await mkdir(directory, { recursive: true });
	// The name under which git clears leftovers away.
	const temporary = join(directory, `tmp_obj_${randomUUID()}`);
	await writeFile(temporary, packed, { mode: 0o444, flag: 'wx' });
	await rename(temporary, place);
}

import { z } from 'zod';

const Entry = z.looseObject({ path: z.string(), sha: z.unknown() });

/** The body of a request that makes a tree. */
export const TreeRequest = z.looseObject({ base_tree: z.string(), tree: z.array(Entry) });
export type TreeRequest = z.infer<typeof TreeRequest>;

/**
 * Git knows no empty directory, the emulator keeps one when its last file is deleted. Adds the deletion of every directory that
 * would be left without a file; `basePaths` are all files of the base tree.
 */
export function pruneTree(request: TreeRequest, basePaths: readonly string[]): TreeRequest {
	const files = new Set(basePaths);
	for (const entry of request.tree) {
		if (entry.sha === null) files.delete(entry.path);
		else files.add(entry.path);
	}
	const emptied = new Set<string>();
	for (const entry of request.tree.filter(({ sha }) => sha === null)) {
		const parts = entry.path.split('/');
		for (let depth = 1; depth < parts.length; depth++) {
			const directory = parts.slice(0, depth).join('/');
			if ([...files].some((file) => file.startsWith(`${directory}/`))) continue;
			emptied.add(directory);
			break;
		}
	}
	const kept = request.tree.filter(({ path, sha }) => {
		return sha !== null || ![...emptied].some((directory) => path.startsWith(`${directory}/`));
	});
	const gone = [...emptied].map((path) => ({ path, mode: '040000', type: 'tree', sha: null }));
	return { ...request, tree: [...kept, ...gone] };
}

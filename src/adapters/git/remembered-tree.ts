import type { RawPath } from './raw-path.ts';
import { readWorktreeFile } from './read-worktree-file.ts';
import { type Scan, scanWorktree, unsure } from './scan-worktree.ts';
import { buildObject, buildTrees, type GitObject, writeObjects } from './write-objects.ts';

/** More changed files than an edit makes: git takes them in one go. */
const mostChanged = 100;

interface RememberedFile {
	mode: string;
	sha: string;
}

/**
 * What a worktree held when it was last saved, so that the next save need not ask git: most tools change nothing, or the content of files
 * that are known. It never guesses: whatever it cannot tell for certain, it leaves to git.
 */
export class RememberedTree {
	readonly #gitDirectory: string;
	readonly #directory: string;
	readonly #isSkipped: (path: RawPath) => boolean;
	readonly #files: Map<RawPath, RememberedFile>;
	/** Trees that are in the repository. */
	readonly #written: Set<string>;
	#scan: Scan;
	#tree: string;

	private constructor(
		given: { gitDirectory: string; directory: string; isSkipped: (path: RawPath) => boolean; scan: Scan; tree: string },
		files: Map<RawPath, RememberedFile>,
		written: Set<string>,
	) {
		this.#gitDirectory = given.gitDirectory;
		this.#directory = given.directory;
		this.#isSkipped = given.isSkipped;
		this.#scan = given.scan;
		this.#tree = given.tree;
		this.#files = files;
		this.#written = written;
	}

	/**
	 * `scan` was made before git looked; `files` are those of `tree`, which git made. Null when they do not fit, such as when a tracked
	 * file lies where no scan looks.
	 */
	static create(
		given: { gitDirectory: string; directory: string; isSkipped: (path: RawPath) => boolean; scan: Scan; tree: string },
		files: Map<RawPath, RememberedFile>,
	): RememberedTree | null {
		if ([...files.keys()].some((path) => !given.scan.has(path))) return null;
		const trees = buildTrees(files);
		if (trees.at(-1)?.sha !== given.tree) return null;
		return new RememberedTree(given, files, new Set(trees.map(({ sha }) => sha)));
	}

	/** The tree of the worktree as it is now, in the repository; null when only git can tell. */
	async save(): Promise<string | null> {
		const scan = scanWorktree(this.#directory, this.#isSkipped);
		if (scan === null || scan.size !== this.#scan.size) return null;
		const changed: RawPath[] = [];
		for (const [path, signature] of scan) {
			const before = this.#scan.get(path);
			if (before === undefined) return null;
			if (this.#files.has(path) && (signature === unsure || signature !== before)) changed.push(path);
		}
		if (changed.length > mostChanged) return null;
		const blobs: GitObject[] = [];
		const updates = new Map<RawPath, RememberedFile>();
		for (const path of changed) {
			const file = await readWorktreeFile(this.#directory, path);
			if (file === null) return null;
			const blob = buildObject('blob', file.content);
			const known = this.#files.get(path);
			if (known?.sha === blob.sha && known.mode === file.mode) continue;
			blobs.push(blob);
			updates.set(path, { mode: file.mode, sha: blob.sha });
		}
		if (updates.size > 0) await this.#write(blobs, updates);
		this.#scan = scan;
		return this.#tree;
	}

	async #write(blobs: readonly GitObject[], updates: ReadonlyMap<RawPath, RememberedFile>): Promise<void> {
		const trees = buildTrees(new Map([...this.#files, ...updates]));
		const missing = trees.filter(({ sha }) => !this.#written.has(sha));
		await writeObjects(this.#gitDirectory, blobs);
		await writeObjects(this.#gitDirectory, missing);
		for (const { sha } of missing) this.#written.add(sha);
		for (const [path, file] of updates) this.#files.set(path, file);
		this.#tree = trees.at(-1)?.sha ?? this.#tree;
	}
}

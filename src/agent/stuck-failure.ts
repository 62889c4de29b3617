import { isFailedRun } from '../core/trajectory/failed-run.ts';
import { readFailure } from '../core/trajectory/failure-signature.ts';
import { readRun } from '../core/trajectory/read-run.ts';
import { judgeTestRun } from '../core/trajectory/test-command.ts';

const remembered = 64;
const none: ReadonlySet<string> = new Set();

/** Counts on how many states of the files a command failed in one and the same way. */
export class StuckFailure {
	readonly #trees = new Map<string, Set<string>>();
	/** The failure of the newest turn that met with yet another state of the files, and how many edits did not change it. */
	newest: { signature: string; edits: number } | null = null;

	openTurn(): void {
		this.newest = null;
	}

	/** @param tree The tree that the command ran on. */
	hear(args: string, result: string, tree: string): void {
		const run = readRun(args, result);
		const test = judgeTestRun(run, none);
		if (!isFailedRun({ ...run, test })) return;
		const { signature } = readFailure(run.output, run.exitCode === null ? 'killed' : `exit ${run.exitCode}`);
		const trees = this.#trees.get(signature) ?? new Set<string>();
		this.#trees.delete(signature);
		this.#trees.set(signature, trees);
		if (this.#trees.size > remembered) this.#trees.delete(this.#trees.keys().next().value ?? '');
		if (trees.has(tree)) return;
		trees.add(tree);
		this.newest = { signature, edits: trees.size - 1 };
	}
}

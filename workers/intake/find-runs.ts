import { parseBranchName } from '../../src/core/branch-name.ts';
import { formatRepository, type RepositoryName, type Subject } from '../../src/core/subject.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { RunRow, RunStore } from '../../src/ports/run-store.ts';

/** The run that a branch of this repository belongs to, or null. The name alone proves nothing: the run must be of here. */
export async function findRunOfBranch(
	runs: RunStore,
	repository: RepositoryName,
	branch: string,
): Promise<RunRow | null> {
	const name = parseBranchName(branch);
	if (name === null) return null;
	const run = await runs.find(name.run);
	if (run === null || !isSameRepository(run.repository, repository)) return null;
	return run.subject.kind === 'issue' && run.subject.number === name.issue ? run : null;
}

/**
 * Runs that an issue or pull request is about, newest first: its own, and for a pull request of the factory the run that made it.
 */
export async function findRunsOf(runs: RunStore, forge: Forge, subject: Subject): Promise<RunRow[]> {
	const found = await runs.list({ repository: forge.repository, subject, limit: 20 });
	if (subject.kind === 'pull_request') {
		const pull = await forge.pull(subject.number);
		const maker = pull === null || pull.fork ? null : await findRunOfBranch(runs, forge.repository, pull.headRef);
		if (maker !== null) found.push(maker);
	}
	return found.sort((a, b) => b.createdAt - a.createdAt);
}

export function isSameRepository(a: RepositoryName, b: RepositoryName): boolean {
	return formatRepository(a).toLowerCase() === formatRepository(b).toLowerCase();
}

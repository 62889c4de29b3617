import { join } from 'node:path';
import { createReplayModels } from '../../src/adapters/replay/replay-models.ts';
import { readScenarioRecording } from '../../src/demo/read-scenario.ts';
import { type Rehearsal, startRehearsal } from '../../src/demo/rehearsal.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import type { ModelRequest } from '../../src/ports/model.ts';
import { createScriptedModels, type ScriptedAnswer } from './scripted-model.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * The green scenario with models that can be made to misbehave: `answer` is asked first, and null leaves the word to the
 * recording. Close it.
 */
export async function startGreen(
	answer: (request: ModelRequest, signal: AbortSignal) => Promise<ScriptedAnswer | null> = async () => null,
): Promise<Rehearsal> {
	const recording = readScenarioRecording(green, { canary: '', secret: '', data: '' });
	const recorded = createReplayModels(recording);
	const models = createScriptedModels(async (request, signal) => {
		return (await answer(request, signal)) ?? (await recorded.forArm(request.arm).complete(request, signal));
	});
	const directory = join(temporaryDirectory(), 'green');
	return startRehearsal(green, { directory, host: process.env, models });
}

/** Where the repository and its maintainer's client are. */
export function maintainerOf({ world }: Rehearsal) {
	const { repository, maintainer } = world.github;
	return { at: { owner: repository.owner, repo: repository.name }, rest: maintainer.rest };
}

/** Puts a file on the default branch as the maintainer, or takes it away with null. */
export async function changeMain({ world }: Rehearsal, files: Record<string, string | null>): Promise<string> {
	const { repository, maintainer } = world.github;
	const at = { owner: repository.owner, repo: repository.name };
	const { git } = maintainer.rest;
	const { data: main } = await git.getRef({ ...at, ref: 'heads/main' });
	const { data: head } = await git.getCommit({ ...at, commit_sha: main.object.sha });
	const { data: before } = await git.getTree({ ...at, tree_sha: head.tree.sha, recursive: '1' });
	const kept = before.tree.filter(({ path, type }) => type === 'blob' && !(path in files));
	const made = Object.entries(files).flatMap(([path, content]) =>
		content === null ? [] : [{ path, content, mode: '100644' as const, type: 'blob' as const }],
	);
	const tree = [
		...kept.map(({ path, sha }) => ({ path, sha, mode: '100644' as const, type: 'blob' as const })),
		...made,
	];
	const { data: whole } = await git.createTree({ ...at, tree });
	const parents = [main.object.sha];
	const { data: commit } = await git.createCommit({ ...at, message: 'Change', tree: whole.sha, parents });
	await git.updateRef({ ...at, ref: 'heads/main', sha: commit.sha });
	return commit.sha;
}

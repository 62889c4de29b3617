import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { localContents } from './adapters/local/local-contents.ts';
import { localForge } from './adapters/local/local-forge.ts';
import { parseRecording } from './adapters/replay/parse-recording.ts';
import { formatRecording, recordingOf } from './adapters/replay/recording.ts';
import { createReplayModels } from './adapters/replay/replay-models.ts';
import { Fault } from './core/fault.ts';
import type { RunState } from './core/run-state.ts';
import { formatActiveKey } from './core/subject.ts';
import { createFactory, type Factory } from './factory.ts';
import type { Forge } from './ports/forge.ts';
import type { Models } from './ports/model.ts';
import type { Environment, Settings } from './settings.ts';

/**
 * A factory in an empty data directory that holds the same run at its beginning: its models give the recorded answers, its GitHub is a
 * directory, its repository comes from the data directory where the run was made.
 * @throws Fault permanent for a run about a pull request, which lives on GitHub only.
 */
export async function createReplayFactory(
	settings: Settings,
	environment: Environment,
	source: { original: RunState; repositories: string },
): Promise<Factory> {
	const { original } = source;
	const { frozen } = original;
	if (frozen.subject.kind === 'pull_request') {
		throw new Fault(
			'permanent',
			`Run ${original.id} judged a pull request, which is not in its journal: it cannot be replayed.`,
		);
	}
	const created = original.entries[0]?.event;
	if (created?.type !== 'run.created') throw new Error('The journal does not begin with run.created.');
	const opened = Promise.withResolvers<Forge>();
	const factory = await createFactory(settings, environment, {
		models: createReplayModels(recordingOf(original.entries)),
		forges: { open: () => opened.promise },
		serves: ({ id }) => id === original.id,
	});
	try {
		const { owner, name } = frozen.repository;
		const place = [owner.toLowerCase(), `${name.toLowerCase()}.git`];
		const url = pathToFileURL(join(source.repositories, ...place)).href;
		const git = await factory.git.open(frozen.repository);
		await git.ensure(frozen.baseSha, { url, authorization: null });
		const dataDirectory = resolve(settings.dataDirectory);
		opened.resolve(
			localForge({
				repository: frozen.repository,
				git: localContents({
					gitDirectory: join(dataDirectory, 'repositories', ...place),
					git,
					url,
					head: { name: frozen.baseRef, sha: frozen.baseSha },
					publish: async () => {},
				}),
				directory: join(dataDirectory, 'local', original.id),
				issue: frozen.subject,
				user: frozen.requester.login,
				now: () => factory.clock.now(),
			}),
		);
		await factory.runs.create({
			id: original.id,
			repository: frozen.repository,
			subject: { kind: frozen.subject.kind, number: frozen.subject.number },
			workflow: frozen.workflow.name,
			requester: frozen.requester.login,
			activeKey: formatActiveKey(frozen.repository, frozen.subject),
			createdAt: factory.clock.now(),
			created,
		});
		return factory;
	} catch (error) {
		await factory.close();
		throw error;
	}
}

/** Models that give the replies of a recording file. @throws Error naming the mistakes in it with file and line. */
export function readRecordedModels(file: string): Models {
	return createReplayModels(parseRecording(readFileSync(file, 'utf8'), file));
}

/** The replies of a run as a recording, JSON lines. */
export function recordRun(state: RunState): string {
	return formatRecording(recordingOf(state.entries));
}

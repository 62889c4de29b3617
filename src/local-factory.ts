import { join, resolve } from 'node:path';
import { findLocalRepository, publishToLocal } from './adapters/git/local-repository.ts';
import { localContents } from './adapters/local/local-contents.ts';
import { localForge } from './adapters/local/local-forge.ts';
import { createFactory, type Factory, type Replacements } from './factory.ts';
import type { Forge } from './ports/forge.ts';
import type { Environment, Settings } from './settings.ts';

export interface LocalTask {
	/** A directory in a git repository; its HEAD is the base. */
	path: string;
	issue: { number: number; title: string; body: string };
	/** Login of the person who runs it. */
	user: string;
}

export interface LocalFactory {
	factory: Factory;
	forge: Forge;
	base: { name: string; sha: string };
	/** Where what would be on GitHub is written. */
	directory: string;
	/** The id of the one run that this process is for. */
	run: string;
}

/**
 * A factory whose GitHub is a repository on this machine. It works on one run only, so that runs of others in the same data directory
 * are left to their own processes. @throws Fault permanent when there is no repository, or one without a commit.
 */
export async function createLocalFactory(
	settings: Settings,
	environment: Environment,
	task: LocalTask,
	replacements: Replacements = {},
): Promise<LocalFactory> {
	const local = await findLocalRepository(task.path);
	const base = { name: local.branch ?? 'HEAD', sha: local.headSha };
	const opened = Promise.withResolvers<Forge>();
	let run = '';
	const factory = await createFactory(settings, environment, {
		...replacements,
		forges: { open: () => opened.promise },
		serves: ({ id }) => id === run,
	});
	run = factory.ids.run();
	const dataDirectory = resolve(settings.dataDirectory);
	const directory = join(dataDirectory, 'local', run);
	try {
		const git = await factory.git.open(local.repository);
		await git.ensure(base.sha, local.remote);
		const { owner, name } = local.repository;
		const forge = localForge({
			repository: local.repository,
			git: localContents({
				gitDirectory: join(dataDirectory, 'repositories', owner, `${name.toLowerCase()}.git`),
				git,
				url: local.remote.url,
				head: base,
				publish: (sha, branch) => publishToLocal(dataDirectory, local, sha, branch),
			}),
			directory,
			issue: task.issue,
			user: task.user,
			now: () => factory.clock.now(),
		});
		opened.resolve(forge);
		return { factory, forge, base, directory, run };
	} catch (error) {
		await factory.close();
		throw error;
	}
}

import { type ChosenCommands, chooseCommands } from '../src/core/choose-commands.ts';
import { commandsFromManifest, manifestNames } from '../src/core/commands-from-manifest.ts';
import type { JobContext } from './job-context.ts';

/** The commands that will prove the change: the config's, or those that the manifests of the base commit tell of. */
export async function findCommands(context: JobContext): Promise<ChosenCommands> {
	const { frozen, git } = context;
	const manifests = new Map<string, string>();
	for (const name of manifestNames) {
		const bytes = await git.readFile(frozen.baseSha, name);
		if (bytes !== null) manifests.set(name, Buffer.from(bytes).toString('utf8'));
	}
	return chooseCommands(frozen.policy.commands, commandsFromManifest(manifests));
}

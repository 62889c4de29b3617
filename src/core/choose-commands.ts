import type { ManifestCommands } from './commands-from-manifest.ts';

/** A command that proves a change, or prepares for those that do. */
export interface ProofCommand {
	/** A key of `commands` in the config, or `planned-test`. */
	name: string;
	command: string;
	source: 'config' | 'manifest' | 'plan';
}

export interface ChosenCommands {
	/** Prepares the checkout; the only one with the network of `network.setup`. */
	setup: ProofCommand | null;
	checks: ProofCommand[];
	/** What to tell people about the choice. */
	gaps: string[];
}

/** The config's commands; when it names none that proves anything, those of the repository's manifest. */
export function chooseCommands(config: Readonly<Record<string, string>>, manifest: ManifestCommands): ChosenCommands {
	const named = Object.keys(config).some((name) => name !== 'setup');
	const source = named ? 'config' : 'manifest';
	const commands = named ? config : manifest.commands;
	const checks = Object.entries(commands)
		.filter(([name]) => name !== 'setup')
		.map(([name, command]): ProofCommand => ({ name, command, source }));
	const prepares: [string | undefined, 'config' | 'manifest'] =
		named || config.setup !== undefined ? [config.setup, 'config'] : [manifest.commands.setup, 'manifest'];
	const setup = prepares[0] === undefined ? null : { name: 'setup', command: prepares[0], source: prepares[1] };
	if (checks.length === 0) {
		// Planned tests may need it all the same.
		const gap = 'No tests: the config names no command and the repository has no manifest that tells of any.';
		return { setup, checks, gaps: [gap] };
	}
	const said = `The config names no commands; they were read from ${manifest.from} of the base commit.`;
	return { setup, checks, gaps: named ? [] : [said] };
}

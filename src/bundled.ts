import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The texts that come with the factory, from its `config/`. */
export interface BundledTexts {
	/** `app.yml`: the App's manifest. */
	app: string;
	/** `config/dark-factory.yml`: every key with its default. */
	defaults: string;
	/** `config/models.yml`. */
	models: string;
	/** `config/rubric.yml`. */
	rubric: string;
	/** `config/workflows/<name>.yml` by name. */
	workflows: ReadonlyMap<string, string>;
	/** `config/prompts/<name>.md` by name. */
	prompts: ReadonlyMap<string, string>;
}

/** The package's own directory, whether it runs from its sources or from `dist`. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

export function readBundledTexts(): BundledTexts {
	const config = join(packageRoot, 'config');
	const read = (name: string) => readFileSync(join(config, name), 'utf8');
	return {
		app: readFileSync(join(packageRoot, 'app.yml'), 'utf8'),
		defaults: read('dark-factory.yml'),
		models: read('models.yml'),
		rubric: read('rubric.yml'),
		workflows: readFolder(join(config, 'workflows'), '.yml'),
		prompts: readFolder(join(config, 'prompts'), '.md'),
	};
}

function readFolder(folder: string, extension: string): Map<string, string> {
	const names = readdirSync(folder).filter((name) => name.endsWith(extension));
	return new Map(names.map((name) => [basename(name, extension), readFileSync(join(folder, name), 'utf8')]));
}

function findRoot(start: string): string {
	for (let directory = start; ; directory = dirname(directory)) {
		if (existsSync(join(directory, 'config', 'dark-factory.yml'))) return directory;
		if (directory === dirname(directory)) throw new Error('The config directory of the package is missing.');
	}
}

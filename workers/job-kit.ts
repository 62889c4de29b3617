import type { ArtifactStore } from '../src/ports/artifact-store.ts';
import type { Catalogue } from '../src/ports/catalogue.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Forges } from '../src/ports/forge.ts';
import type { Git } from '../src/ports/git.ts';
import type { Ids } from '../src/ports/ids.ts';
import type { Log } from '../src/ports/log.ts';
import type { Models } from '../src/ports/model.ts';
import type { Sandbox } from '../src/ports/sandbox.ts';
import type { SecretScanner } from '../src/ports/secret-scanner.ts';

/** Everything that jobs share in one process. */
export interface JobKit {
	forges: Forges;
	git: Git;
	/** Probed once; a fault when none works. */
	sandbox(): Promise<Sandbox>;
	artifacts: ArtifactStore;
	secrets: SecretScanner;
	clock: Clock;
	ids: Ids;
	log: Log;
	models: Models;
	catalogue: Catalogue;
	/** Texts of `config/prompts/<name>.md` by name. */
	prompts: ReadonlyMap<string, string>;
	/** Text of `config/rubric.yml`. */
	rubric: string;
}

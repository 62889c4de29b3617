import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Forges } from '../../src/ports/forge.ts';
import type { Ids } from '../../src/ports/ids.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Queue } from '../../src/ports/queue.ts';
import type { RunStore } from '../../src/ports/run-store.ts';

/** Files that come with the factory. */
export interface Bundled {
	/** Text of `config/dark-factory.yml`. */
	defaults: string;
	/** Text of `config/workflows/<name>.yml` by name. */
	workflows: ReadonlyMap<string, string>;
}

/** Everything that acting on an intent may use. */
export interface IntakeContext {
	forges: Forges;
	runs: RunStore;
	queue: Pick<Queue, 'wake'>;
	clock: Clock;
	ids: Ids;
	log: Log;
	catalogue: Catalogue;
	bundled: Bundled;
}

import type { Blueprint } from '../blueprint.ts';
import type { Evidence } from '../evidence.ts';
import type { Step } from './step.ts';

/** What agents of a role did, and what that is to be held against. All of it comes from the journal. */
export interface Trajectory {
	steps: Step[];
	/** The newest plan; null when there is none. */
	blueprint: Blueprint | null;
	/** Commands by the names under which claims may point at them: `test` -> `npm test`. */
	commands: ReadonlyMap<string, string>;
	/** Commands of which it is known that they run tests. */
	known: ReadonlySet<string>;
	/** What the host proved after each accepted submission, by the entry of the submission. */
	evidence: ReadonlyMap<number, Evidence>;
}

import type { Frozen } from '../../src/core/frozen.ts';
import type { IntakeContext } from './intake-context.ts';

/** What a run was asked, fixed when it was; null when there is no such run. */
export async function frozenOf(context: IntakeContext, run: string): Promise<Frozen | null> {
	const [first] = await context.runs.read(run);
	return first?.event.type === 'run.created' ? first.event.frozen : null;
}

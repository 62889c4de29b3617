import type { Frozen } from '../../src/core/frozen.ts';
import type { IntakeContext } from './intake-context.ts';

/** What started a run; null when there is no such run. */
export async function triggerOf(context: IntakeContext, run: string): Promise<Frozen['trigger'] | null> {
	const [first] = await context.runs.read(run);
	return first?.event.type === 'run.created' ? first.event.frozen.trigger : null;
}

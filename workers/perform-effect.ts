import type { Json } from '../src/core/json.ts';
import type { Effect } from './job-context.ts';
import type { RunSession } from './run-session.ts';

/**
 * Does an act once, whatever crashes in between: a recorded result is returned; otherwise the act is announced, looked for on the
 * other side (an earlier attempt may have made it and died before recording), made when missing, and recorded.
 * @param job null for acts of the run itself.
 */
export async function performEffect<T extends Json>(
	session: RunSession,
	job: string | null,
	effect: Effect<T>,
): Promise<T> {
	const recorded = session.state.effects.get(effect.key);
	if (recorded !== undefined) return recorded as T;
	if (!session.state.intended.has(effect.key)) {
		await session.append([{ type: 'effect.intended', job, key: effect.key, kind: effect.kind }]);
	}
	const found = await effect.find();
	const result = found ?? (await effect.make());
	await session.append([
		{ type: 'effect.done', job, key: effect.key, kind: effect.kind, found: found !== null, result },
	]);
	return result;
}

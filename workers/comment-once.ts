import { formatMarker } from '../src/core/effect-marker.ts';
import type { JobContext } from './job-context.ts';

/** Posts a comment on the run's subject once; `body` holds the marker of `step`, by which a crashed attempt is found again. */
export async function commentOnce(
	context: JobContext,
	step: string,
	body: string,
): Promise<{ id: number; url: string }> {
	const { forge, frozen, run } = context;
	return await context.effect({
		key: `${step}-comment`,
		kind: 'comment',
		find: async () => {
			const found = await forge.findComment(frozen.subject.number, formatMarker(run, step));
			return found === null ? null : { id: found.id, url: found.url };
		},
		make: async () => {
			const { id, url } = await forge.createComment(frozen.subject.number, body);
			return { id, url };
		},
	});
}

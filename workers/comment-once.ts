import { formatMarker } from '../src/core/effect-marker.ts';
import { describeSecrets } from './find-secrets.ts';
import type { JobContext } from './job-context.ts';

/**
 * Posts a comment on the run's subject once; `body` holds the marker of `step`, by which a crashed attempt is found again. Words of a
 * model that look like a secret are not published: the comment then says so instead, naming the rule and not the value.
 */
export async function commentOnce(
	context: JobContext,
	step: string,
	body: string,
): Promise<{ id: number; url: string }> {
	const { forge, frozen, run, secrets } = context;
	return await context.effect({
		key: `${step}-comment`,
		kind: 'comment',
		find: async () => {
			const found = await forge.findComment(frozen.subject.number, formatMarker(run, step));
			return found === null ? null : { id: found.id, url: found.url };
		},
		make: async () => {
			const found = await secrets.scan([{ where: 'comment', text: body }]);
			const text = found.length === 0 ? body : `${formatMarker(run, step)}\nWithheld: ${describeSecrets(found)}.`;
			const { id, url } = await forge.createComment(frozen.subject.number, text);
			return { id, url };
		},
	});
}

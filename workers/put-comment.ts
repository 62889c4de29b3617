import { createHash } from 'node:crypto';
import type { JobContext } from './job-context.ts';

/**
 * One comment, found by its marker, made when missing and edited when it says something else. The marker must be part of the body.
 * @returns its id and URL.
 */
export async function putComment(
	context: JobContext,
	number: number,
	marker: string,
	body: string,
): Promise<{ id: number; url: string }> {
	const { forge, job } = context;
	const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
	return context.effect({
		// The round is part of the key: a text that returns to what it said two rounds ago is still written.
		key: `comment:${number}:${marker}:${job.id}:${job.round}:${digest}`,
		kind: 'comment',
		find: async () => {
			const found = await forge.findComment(number, marker);
			return found?.body === body ? { id: found.id, url: found.url } : null;
		},
		make: async () => {
			const found = await forge.findComment(number, marker);
			if (found === null) {
				const { id, url } = await forge.createComment(number, body);
				return { id, url };
			}
			await forge.updateComment(found.id, body);
			return { id: found.id, url: found.url };
		},
	});
}

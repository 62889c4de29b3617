import { formatMarker } from '../src/core/effect-marker.ts';
import { findBase } from './find-base.ts';
import type { JobContext } from './job-context.ts';
import { putComment } from './put-comment.ts';

export interface PullRequestText {
	title: string;
	body: string;
	followUps: string[];
}

/**
 * Opens the run's one pull request, found by its branch, or brings the text of the open one up to date.
 * @returns null when a person closed it.
 */
export async function publishPullRequest(
	context: JobContext,
	branch: string,
	headSha: string,
	text: PullRequestText,
): Promise<{ number: number; url: string } | null> {
	const { frozen, forge, job } = context;
	const { title, body, followUps } = text;
	const opened = await context.effect({
		key: 'pull-request',
		kind: 'pull request',
		find: async () => {
			const found = (await forge.pullsOfBranch(branch)).at(0);
			return found === undefined ? null : { number: found.number, url: found.url };
		},
		make: async () => {
			const { draft } = frozen.policy.pullRequest;
			const made = await forge.createPull({ title, body, head: branch, base: await findBase(context), draft });
			return { number: made.number, url: made.url };
		},
	});
	const pull = await forge.pull(opened.number);
	if (pull === null || pull.state === 'closed') return null;
	await context.effect({
		key: `pull-request-text:${headSha}:${job.round}`,
		kind: 'pull request text',
		find: async () => (pull.body === body ? { number: pull.number } : null),
		make: async () => {
			await forge.updatePull(pull.number, { title, body });
			return { number: pull.number };
		},
	});
	for (const [index, followUp] of followUps.entries()) {
		await putComment(context, pull.number, formatMarker(context.run, `pull-request-more-${index + 1}`), followUp);
	}
	await emptyLeftovers(context, pull.number, followUps.length);
	return opened;
}

/** Follow-ups of an earlier round that this round does not need would contradict the new text. */
async function emptyLeftovers(context: JobContext, number: number, needed: number): Promise<void> {
	if (context.job.round === 1) return;
	for (let part = needed + 1; ; part += 1) {
		const marker = formatMarker(context.run, `pull-request-more-${part}`);
		if ((await context.forge.findComment(number, marker)) === null) return;
		await putComment(context, number, marker, `${marker}\n*The description fits without this comment now.*`);
	}
}

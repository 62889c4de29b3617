import { findShortfalls } from '../src/core/cap-scores.ts';
import { quietLine } from '../src/core/quiet-line.ts';
import type { Rubric } from '../src/core/rubric.ts';
import type { Verdict } from '../src/core/verdict.ts';
import { formatVerdictMarker, formatVerdictTitle, renderVerdict } from '../src/core/verdict-comment.ts';
import { formatVerdictKey } from '../src/core/verdict-key.ts';
import { describeSecrets } from './find-secrets.ts';
import type { JobContext } from './job-context.ts';
import { putComment } from './put-comment.ts';

/**
 * The verdict as the pull request's one score comment, and as a check run on the head that it is about.
 * @returns why nothing was written (a judge's words looked like a secret), or null.
 */
export async function publishVerdict(context: JobContext, verdict: Verdict, rubric: Rubric): Promise<string | null> {
	const { forge, frozen, job } = context;
	const text = renderVerdict(verdict, rubric, frozen.policy.gate);
	const secrets = await context.secrets.scan([{ where: 'evaluation', text }]);
	if (secrets.length > 0) return `the verdict was not written: ${describeSecrets(secrets)}`;

	const marker = formatVerdictMarker(verdict.pullRequest);
	await putComment(context, verdict.pullRequest, marker, `${marker}\n## Evaluation\n\n${text}`);
	const externalId = formatVerdictKey(verdict);
	const good = findShortfalls(verdict, frozen.policy.gate).length === 0;
	await context.effect({
		key: `evaluation:${externalId}:${job.round}`,
		kind: 'check run',
		// `putCheckRun` finds its own by external id and brings it up to date.
		find: async () => null,
		make: async () => {
			const { id } = await forge.putCheckRun({
				name: 'dark-factory/evaluation',
				headSha: verdict.headSha,
				externalId,
				status: 'completed',
				conclusion: good ? 'success' : 'failure',
				title: quietLine(formatVerdictTitle(verdict, frozen.policy.gate), 200),
				summary: text,
			});
			return { id };
		},
	});
	return null;
}

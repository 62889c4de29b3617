import { readOnlyTools } from '../src/agent/agent-task.ts';
import { endJob } from '../src/core/end-job.ts';
import { evidencePrompt } from '../src/core/evidence-prompt.ts';
import { Fault } from '../src/core/fault.ts';
import { fence } from '../src/core/fence.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { blueprintPrompt } from '../src/core/plan.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import { checkReview, feedbackOfReview, ReviewReport } from '../src/core/review.ts';
import { revealInvisible } from '../src/core/untrusted.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findJob, findSendBack, textOutput } from './find-job.ts';
import type { Stage } from './job-context.ts';
import { withWorkspace } from './workspace.ts';

/** Bytes of the difference that are shown; the files themselves can be read. */
const patchLimit = 80_000;

/** A second pair of eyes with a context of its own: sees issue, plan, difference and evidence, never the implementer's talk. */
export const review: Stage = async (context) => {
	const { frozen, git, state } = context;
	const treeSha = textOutput(findJob(context, 'implement'), 'treeSha');
	if (treeSha === null) throw new Fault('permanent', 'review found no tree: no job with uses: implement has ended.');
	const blueprint = findBlueprint(context);
	const changes = await git.changes(frozen.baseSha, treeSha, patchLimit);
	const paths = new Set([...changes.files, ...(await git.list(treeSha))].map(({ path }) => path));
	const { system, prompt } = renderPrompt(context.prompt('review'), {
		instructions: instructionsPrompt(frozen.instructions, '(none)'),
		issue: issuePrompt(frozen).text,
		plan: blueprint === null ? '(there is no plan)' : blueprintPrompt(blueprint),
		diff: fence(revealInvisible(changes.patch), 'the change'),
		evidence: evidencePrompt(state.evidence),
	});
	const end = await withWorkspace(context, treeSha, (workspace) =>
		context.agent({
			role: 'review',
			system,
			prompt,
			submit: ReviewReport,
			check: (report) => checkReview(report, paths),
			tools: readOnlyTools,
			workspace,
		}),
	);
	if (end.kind === 'stopped') return endJob(end.outcome, end.reason);

	const outputs = { decision: end.value.decision, findings: end.value.findings };
	if (end.value.decision === 'pass') return endJob('done', 'The review lets it pass.', outputs);
	const feedback = feedbackOfReview(end.value);
	const to = findSendBack(context, 'implement');
	if (to === null) return endJob('needs_human', `The review would send it back: ${feedback.summary}`, outputs);
	return { kind: 'sent_back', to, feedback, outputs };
};

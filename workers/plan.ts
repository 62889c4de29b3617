import { readOnlyTools } from '../src/agent/agent-task.ts';
import { Blueprint } from '../src/core/blueprint.ts';
import { endJob } from '../src/core/end-job.ts';
import { Findings, findingsPrompt } from '../src/core/explore.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { checkBlueprint } from '../src/core/plan.ts';
import { planComment } from '../src/core/plan-comment.ts';
import { policyPrompt } from '../src/core/policy-prompt.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import { commentOnce } from './comment-once.ts';
import { findCommands } from './find-commands.ts';
import { findJob } from './find-job.ts';
import type { Stage } from './job-context.ts';
import { withWorkspace } from './workspace.ts';

/** Makes the blueprint that the rest of the run is held to, and posts it on the issue. */
export const plan: Stage = async (context) => {
	const { frozen } = context;
	const issue = issuePrompt(frozen);
	const findings = Findings.safeParse(findJob(context, 'explore')?.outputs.findings);
	const paths = new Set((await context.git.list(frozen.baseSha)).map(({ path }) => path));
	const facts = { words: issue.words, paths, forbidden: frozen.policy.paths.forbidden };
	const { system, prompt } = renderPrompt(context.prompt('plan'), {
		instructions: instructionsPrompt(frozen.instructions, '(none)'),
		issue: issue.text,
		findings: findings.success ? findingsPrompt(findings.data) : '(nothing was explored; read for yourself)',
		policy: policyPrompt(frozen.policy, await findCommands(context)),
	});
	const end = await withWorkspace(context, frozen.baseSha, (workspace) =>
		context.agent({
			role: 'plan',
			system,
			prompt,
			submit: Blueprint,
			check: (blueprint) => checkBlueprint(blueprint, facts),
			tools: readOnlyTools,
			workspace,
		}),
	);
	if (end.kind === 'stopped') return endJob(end.outcome, end.reason);
	const blueprint = end.value;
	const step = context.job.round === 1 ? 'plan' : `plan-${context.job.round}`;
	await commentOnce(context, step, planComment(context.run, step, blueprint));
	return endJob('done', blueprint.summary, { blueprint, risk: blueprint.risk });
};

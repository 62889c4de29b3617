import { readOnlyTools } from '../src/agent/agent-task.ts';
import { endJob } from '../src/core/end-job.ts';
import { checkFindings, Findings } from '../src/core/explore.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import type { Stage } from './job-context.ts';
import { withWorkspace } from './workspace.ts';

/** Reads the base commit for what the change needs to know. */
export const explore: Stage = async (context) => {
	const { frozen } = context;
	const paths = new Set((await context.git.list(frozen.baseSha)).map(({ path }) => path));
	const { system, prompt } = renderPrompt(context.prompt('explore'), {
		instructions: instructionsPrompt(frozen.instructions, '(none)'),
		issue: issuePrompt(frozen).text,
	});
	const end = await withWorkspace(context, frozen.baseSha, (workspace) =>
		context.agent({
			role: 'explore',
			system,
			prompt,
			submit: Findings,
			check: (findings) => checkFindings(findings, paths),
			tools: readOnlyTools,
			workspace,
		}),
	);
	if (end.kind === 'stopped') return endJob(end.outcome, end.reason);
	return endJob('done', `${end.value.files.length} files matter.`, { findings: end.value });
};

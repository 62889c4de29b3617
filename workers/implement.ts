import { toolNames } from '../src/agent/agent-task.ts';
import { endJob } from '../src/core/end-job.ts';
import { feedbackPrompt } from '../src/core/feedback-prompt.ts';
import { checkReport, ImplementReport } from '../src/core/implement.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { foldLedger } from '../src/core/ledger.ts';
import { ledgerPrompt } from '../src/core/ledger-prompt.ts';
import { blueprintPrompt } from '../src/core/plan.ts';
import { policyPrompt } from '../src/core/policy-prompt.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findCommands } from './find-commands.ts';
import { textOutput } from './find-job.ts';
import type { Stage } from './job-context.ts';
import { prepareWorktree } from './prepare-worktree.ts';
import { withWorkspace } from './workspace.ts';

/** Makes the change in a worktree and a sandbox of its own; in a later round it goes on from what was sent back. */
export const implement: Stage = async (context) => {
	const { frozen, git, job } = context;
	const blueprint = findBlueprint(context);
	const commands = await findCommands(context);
	const base = await git.treeOf(frozen.baseSha);
	const previous = job.round > 1 ? textOutput(job, 'treeSha') : null;
	const start = previous ?? base;

	return await withWorkspace(context, start, async (workspace) => {
		const prepared = await prepareWorktree(context, workspace, start, commands.setup);
		const failure = prepared.failure;
		if (failure !== null && previous === null) {
			const how = failure.timedOut ? 'did not end in time' : `failed with exit code ${failure.exitCode ?? 'none'}`;
			return endJob('blocked', `The setup command ${how} on the untouched base:\n${failure.excerpt}`);
		}
		const { system, prompt } = renderPrompt(context.prompt('implement'), {
			instructions: instructionsPrompt(frozen.instructions, '(none)'),
			policy: policyPrompt(frozen.policy, commands),
			issue: issuePrompt(frozen).text,
			plan: blueprint === null ? '(there is no plan; make your own before you edit)' : blueprintPrompt(blueprint),
			setup: setupPrompt(commands.setup?.command ?? null, failure === null ? 'succeeded' : 'failed'),
			feedback: feedbackPrompt(job.feedback, '(this is the first attempt)'),
			ledger: ledgerPrompt(foldLedger(context.state.entries, job.id, job.roundSeq), '(nothing yet)'),
		});
		let problems: string[] = [];
		const end = await context.agent({
			role: 'implement',
			system,
			prompt,
			submit: ImplementReport,
			check: async (report) => {
				const changes = await git.changes(base, await prepared.changedTree(), 0);
				problems = checkReport(report, changes, frozen.policy, previous);
				return problems;
			},
			tools: toolNames,
			workspace,
		});
		if (end.kind === 'stopped') {
			if (end.outcome !== 'failed' || problems.length === 0) return endJob(end.outcome, end.reason);
			return endJob('needs_human', `What was handed in could not be accepted: ${problems.join(' ')}`);
		}
		const treeSha = await prepared.changedTree();
		const { summary, claims, result } = end.value;
		const outputs = { treeSha, summary, claims, arm: end.arm };
		if (result === 'nothing_to_change' || treeSha === base) return endJob('no_change', summary, outputs);
		return endJob('done', summary, outputs);
	});
};

function setupPrompt(command: string | null, result: 'succeeded' | 'failed'): string {
	if (command === null) return 'No setup command is configured; the worktree holds the files of the repository only.';
	return result === 'succeeded'
		? `The setup command \`${command}\` was run for you in this worktree, with a network that you do not have.`
		: `The setup command \`${command}\` FAILED on the tree of the last attempt; the change may have broken it.`;
}

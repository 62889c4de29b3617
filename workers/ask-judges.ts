import { type AgentEnd, readOnlyTools } from '../src/agent/agent-task.ts';
import type { AskedScore } from '../src/core/cap-scores.ts';
import type { ChangeSet } from '../src/core/change-set.ts';
import { checkPointers, Evaluation, PlanEvaluation, plainDimensions, pointablePaths } from '../src/core/evaluation.ts';
import { evidencePrompt } from '../src/core/evidence-prompt.ts';
import { fence } from '../src/core/fence.ts';
import type { Frozen } from '../src/core/frozen.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { readOwnDescription } from '../src/core/own-description.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import { type Rubric, renderRubric } from '../src/core/rubric.ts';
import { revealInvisible } from '../src/core/untrusted.ts';
import type { Dimension } from '../src/core/verdict.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findImplementers } from './find-pull-request.ts';
import type { JobContext } from './job-context.ts';
import { withWorkspace } from './workspace.ts';

export interface Judgement {
	asked: Record<Dimension, AskedScore>;
	summary: string;
	/** Every arm that judged. */
	arms: string[];
}

type Stopped = Extract<AgentEnd<unknown>, { kind: 'stopped' }>;

/**
 * Two judges, one after the other: the first sees request, diff and evidence, never the plan or the implementer's words; the second
 * sees plan and diff and nothing else. Neither can change anything.
 */
export async function askJudges(context: JobContext, changes: ChangeSet, rubric: Rubric): Promise<Judgement | Stopped> {
	const { frozen, state } = context;
	const { evidence } = state;
	const avoid = findImplementers(context);
	const paths = pointablePaths(
		(await context.git.list(changes.treeSha)).map((entry) => entry.path),
		changes,
	);
	const diff = fence(revealInvisible(changes.patch), 'diff of the change');
	const own = frozen.subject.kind === 'issue' ? null : readOwnDescription(frozen.subject.body);
	const version = String(rubric.version);
	const first = await withWorkspace(context, changes.treeSha, (workspace) =>
		context.agent({
			role: 'evaluate',
			...renderPrompt(context.prompt('evaluate'), {
				instructions: instructionsPrompt(frozen.instructions, '(none)'),
				version,
				rubric: renderRubric(rubric, plainDimensions),
				issue: issuePrompt(withBody(frozen, own?.request ?? null)).text,
				evidence: evidencePrompt(evidence),
				diff,
			}),
			submit: Evaluation,
			check: ({ summary: _, ...scores }) => checkPointers(scores, paths, evidence),
			tools: readOnlyTools,
			workspace,
			avoid,
		}),
	);
	if (first.kind === 'stopped') return first;
	const second = await context.agent({
		role: 'evaluate',
		...renderPrompt(context.prompt('evaluate-plan'), {
			version,
			rubric: renderRubric(rubric, ['planFidelity']),
			plan: describePlan(context, own?.plan ?? null),
			diff,
		}),
		submit: PlanEvaluation,
		check: (scores) => checkPointers(scores, paths, evidence),
		tools: [],
		workspace: null,
		avoid,
	});
	if (second.kind === 'stopped') return second;
	const { summary, ...scores } = first.value;
	return { asked: { ...scores, ...second.value }, summary, arms: [...new Set([first.arm, second.arm])] };
}

/** The plan; for a pull request of another run the plan that it tells of, for a person's own all of its description. */
function describePlan(context: JobContext, told: string | null): string {
	const blueprint = findBlueprint(context);
	if (blueprint === null) return issuePrompt(withBody(context.frozen, told)).text;
	return fence(JSON.stringify(blueprint, null, 2), 'the plan, as it was posted on the issue');
}

function withBody(frozen: Frozen, body: string | null): Frozen {
	return body === null ? frozen : { ...frozen, subject: { ...frozen.subject, body } };
}

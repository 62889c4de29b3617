import { parseBranchName } from '../src/core/branch-name.ts';
import { findCapFacts } from '../src/core/cap-facts.ts';
import { capScores, findShortfalls } from '../src/core/cap-scores.ts';
import { decideEvaluate } from '../src/core/decide-evaluate.ts';
import { endJob } from '../src/core/end-job.ts';
import type { JobEnd } from '../src/core/job-end.ts';
import { parseRubric } from '../src/core/rubric.ts';
import { isSameModel } from '../src/core/same-model.ts';
import { formatRepository } from '../src/core/subject.ts';
import { VerdictRecord } from '../src/core/verdict-record.ts';
import { askJudges } from './ask-judges.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findSendBack } from './find-job.ts';
import { findImplementers, findPullRequest } from './find-pull-request.ts';
import type { JobContext } from './job-context.ts';
import { publishVerdict } from './publish-verdict.ts';

/** Characters of the diff that the judges see; the rest they can read in the files. */
const patchLimit = 120_000;

/**
 * Scores the head of a pull request by the rubric, capped by what code knows, and says so on the pull request. What falls short goes
 * back to the implementer while repair rounds are left; judging never blocks by itself, that is the gate's.
 */
export async function evaluate(context: JobContext): Promise<JobEnd> {
	const { frozen, git, state } = context;
	const now = await findPullRequest(context);
	if (now === null) return endJob('needs_human', 'the pull request does not exist any more');
	const { pull, baseSha, treeSha, unproven } = now;
	if (pull.state === 'closed')
		return endJob('cancelled', `the pull request was ${pull.merged ? 'merged' : 'closed'} by a person`);
	if (unproven !== null) return endJob(frozen.subject.kind === 'issue' ? 'needs_human' : 'cancelled', unproven);

	const rubric = parseRubric(context.rubric);
	const changes = await git.changes(frozen.baseSha, treeSha, patchLimit);
	const judgement = await askJudges(context, changes, rubric);
	if ('kind' in judgement) return endJob(judgement.outcome, judgement.reason);

	const { policy } = frozen;
	const blueprint = findBlueprint(context);
	const facts = findCapFacts({ headTreeSha: treeSha, evidence: state.evidence, changes, blueprint, policy });
	const implementers = findImplementers(context);
	// Another run of ours made this branch, so its model is not known here.
	const unknown = implementers.length === 0 && !pull.fork && parseBranchName(pull.headRef) !== null;
	const verdict = VerdictRecord.parse({
		repository: formatRepository(frozen.repository),
		pullRequest: pull.number,
		headSha: pull.headSha,
		baseSha,
		rubricVersion: rubric.version,
		arm: judgement.arms.join(', '),
		independent: !unknown && !judgement.arms.some((judge) => implementers.some((other) => isSameModel(judge, other))),
		...capScores(judgement.asked, facts, rubric.caps),
		summary: judgement.summary,
	});
	const refusal = await publishVerdict(context, verdict, rubric);
	if (refusal !== null) return endJob('blocked', refusal);

	const outputs = { total: verdict.total, headSha: verdict.headSha, baseSha: verdict.baseSha, verdict };
	const shortfalls = findShortfalls(verdict, policy.gate);
	const implement = findSendBack(context, 'implement');
	if (shortfalls.length > 0 && implement !== null && state.repairRounds < policy.limits.repairRounds) {
		return { kind: 'sent_back', to: implement, feedback: decideEvaluate(verdict, shortfalls), outputs };
	}
	const short = shortfalls.length === 0 ? '' : `, short of ${shortfalls.join(', ')}`;
	return endJob('done', `${verdict.total} of 70${short}`, outputs);
}

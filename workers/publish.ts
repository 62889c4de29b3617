import { formatBranchName } from '../src/core/branch-name.ts';
import type { ChangeSet } from '../src/core/change-set.ts';
import { checkChangeSet } from '../src/core/check-change-set.ts';
import { Claim, judgeClaims } from '../src/core/claim.ts';
import { formatCommitMessage, formatTitle } from '../src/core/commit-message.ts';
import { endJob } from '../src/core/end-job.ts';
import type { Evidence } from '../src/core/evidence.ts';
import { Fault } from '../src/core/fault.ts';
import { formatGrade } from '../src/core/grade/format-grade.ts';
import { gradeTrajectory } from '../src/core/grade/grade-trajectory.ts';
import type { JobEnd } from '../src/core/job-end.ts';
import { buildPullRequestBody } from '../src/core/pull-request-body.ts';
import { ReviewFinding } from '../src/core/review-finding.ts';
import { version } from '../src/core/version.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findJob, textOutput } from './find-job.ts';
import { findPublished } from './find-published.ts';
import { describeSecrets, findSecrets } from './find-secrets.ts';
import type { JobContext } from './job-context.ts';
import { publishCommit } from './publish-commit.ts';
import { publishPullRequest } from './publish-pull-request.ts';

/**
 * Makes the proven tree a pull request, once nothing speaks against it: size, paths, modes, links, secrets. What is refused is named
 * by its place, and nothing is written to GitHub.
 */
export async function publish(context: JobContext): Promise<JobEnd> {
	const { frozen, git } = context;
	const { evidence, at } = findEvidence(context);
	const branch = formatBranchName({ issue: frozen.subject.number, run: context.run });
	const blueprint = findBlueprint(context);
	const changes = await git.changes(frozen.baseSha, evidence.treeSha, 0);
	if (changes.files.length === 0) return endJob('no_change', 'the tree is the same as the base');

	const problems = await findProblems(context, changes);
	if (problems.length > 0) return endJob('blocked', `nothing was published: ${problems.slice(0, 10).join('; ')}`);

	const message = formatCommitMessage(context.run, frozen, blueprint);
	const title = formatTitle(frozen, blueprint);
	const draft = describe(context, changes, evidence, branch, frozen.baseSha);
	const found = await findSecrets(context, changes, [
		{ where: 'commit message', text: message },
		{ where: 'branch name', text: branch },
		{ where: 'pull request title', text: title },
		{ where: 'pull request description', text: draft.body },
		...draft.followUps.map((text, index) => ({ where: `pull request comment ${index + 1}`, text })),
	]);
	if (found.length > 0) return endJob('blocked', `nothing was published: ${describeSecrets(found)}`);

	const previous = findPublished(context);
	const gone = previous === null ? null : await findGone(context, branch);
	if (gone !== null) return gone;
	const { treeSha } = evidence;
	const headSha = await publishCommit(context, { treeSha, message, branch, previous, at });
	if (headSha === null) return endJob('needs_human', `somebody else pushed to ${branch}; their work is left alone`);
	const text = { title, ...describe(context, changes, evidence, branch, headSha) };
	const pull = await publishPullRequest(context, branch, headSha, text);
	if (pull === null) return endJob('needs_human', 'the pull request was closed by a person');
	const reason = `pull request no. ${pull.number} offers ${headSha.slice(0, 12)}`;
	return endJob('done', reason, { pullRequest: pull.number, headSha, branch, url: pull.url });
}

/** People may close or merge the pull request while it is repaired: then nothing more is pushed behind it. */
async function findGone({ forge }: JobContext, branch: string): Promise<JobEnd | null> {
	const [pull] = await forge.pullsOfBranch(branch);
	if (pull === undefined || pull.state === 'open') return null;
	if (pull.merged) return endJob('cancelled', 'the pull request was merged by a person while it was being repaired');
	return endJob('needs_human', 'the pull request was closed by a person');
}

/** The newest evidence, which must be of the tree that was implemented last. */
function findEvidence(context: JobContext): { evidence: Evidence; at: number } {
	const { evidence, entries } = context.state;
	const treeSha = textOutput(findJob(context, 'implement'), 'treeSha');
	const recorded = entries.findLast(({ event }) => event.type === 'evidence.recorded');
	if (evidence === null || recorded === undefined || evidence.treeSha !== treeSha) {
		throw new Fault(
			'permanent',
			`publish found no evidence of tree ${treeSha ?? 'none'}: a job with uses: verify must come before.`,
		);
	}
	return { evidence, at: recorded.at };
}

async function findProblems(context: JobContext, changes: ChangeSet): Promise<string[]> {
	const { limits, paths } = context.frozen.policy;
	const links = new Map<string, string>();
	for (const file of changes.files) {
		if (file.mode !== '120000' || file.blobSha === null) continue;
		links.set(file.path, Buffer.from(await context.git.readBlob(file.blobSha)).toString('utf8'));
	}
	const tree = (await context.git.list(changes.treeSha)).map((entry) => entry.path);
	const rules = { changedFiles: limits.changedFiles, changedLines: limits.changedLines, forbidden: paths.forbidden };
	const problems = checkChangeSet(changes, rules, links, tree);
	return problems.map(({ path, message }) => (path === null ? message : `${path}: ${message}`));
}

function describe(context: JobContext, changes: ChangeSet, evidence: Evidence, branch: string, headSha: string) {
	const implement = findJob(context, 'implement');
	const claims = Claim.array().safeParse(implement?.outputs.claims);
	const grade = gradeTrajectory(context.state.entries);
	const findings = ReviewFinding.array().safeParse(findJob(context, 'review')?.outputs.findings);
	return buildPullRequestBody({
		run: context.run,
		factoryVersion: version,
		frozen: context.frozen,
		blueprint: findBlueprint(context),
		summary: textOutput(implement, 'summary') ?? '',
		changes,
		evidence,
		claims: judgeClaims(claims.success ? claims.data : [], evidence),
		findings: findings.success
			? findings.data.map(({ path, line, problem }) => `${path}${line === null ? '' : `:${line}`}: ${problem}`)
			: [],
		jobs: [...context.state.jobs.values()],
		headSha,
		branch,
		grade: grade.score === null ? null : formatGrade(grade),
	});
}

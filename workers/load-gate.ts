import { parseBranchName } from '../src/core/branch-name.ts';
import type { GateInput } from '../src/core/gate.ts';
import { lastWords } from '../src/core/human-reviews.ts';
import { parseRubric } from '../src/core/rubric.ts';
import { formatRepository } from '../src/core/subject.ts';
import { VerdictRecord } from '../src/core/verdict-record.ts';
import type { Pull } from '../src/ports/forge/pulls.ts';
import { findJob } from './find-job.ts';
import { findPublished } from './find-published.ts';
import { findPullRequest } from './find-pull-request.ts';
import type { JobContext } from './job-context.ts';

/** How long after a push checks may take to appear at all, ms. */
const appearanceMs = 3 * 60_000;

export interface GateFacts {
	pull: Pull;
	/** Why what this run proved does not hold for the pull request as it is now, or null. */
	unproven: string | null;
	/** Whether this run made the pull request. */
	ours: boolean;
	/** A person with write access said no, since this head is there. */
	rejectedBy: { by: string; reason: string } | null;
	input: GateInput;
}

/** Everything the gate decides by, read from GitHub now. Null when the pull request does not exist any more. */
export async function loadGate(context: JobContext): Promise<GateFacts | null> {
	const { forge, frozen, git, state } = context;
	const now = await findPullRequest(context);
	if (now === null) return null;
	const { pull, baseSha, treeSha, unproven } = now;
	const verdict = VerdictRecord.safeParse(findJob(context, 'evaluate')?.outputs.verdict);
	const changes = await git.changes(frozen.baseSha, treeSha, 0);
	const checks = await forge.checks(pull.headSha);
	const words = lastWords(await forge.reviews(pull.number), pull.headSha);
	const signals = await findSignals(context);
	const offers = pull.fork ? [] : await forge.pullsOfBranch(pull.headRef);
	return {
		pull,
		unproven,
		ours: findPublished(context) !== null && parseBranchName(pull.headRef)?.run === context.run && !pull.fork,
		rejectedBy: signals.rejectedBy,
		input: {
			repository: formatRepository(frozen.repository),
			pullRequest: pull.number,
			pull,
			baseSha,
			siblings: offers.filter((one) => one.state === 'open' && one.number !== pull.number).map((one) => one.number),
			headTreeSha: treeSha,
			rubricVersion: parseRubric(context.rubric).version,
			verdict: verdict.success ? verdict.data : null,
			evidence: state.evidence,
			files: changes.files,
			checks,
			checksExpected: await expectChecks(context),
			approvals: await keepWriters(context, [...words.approved, ...signals.approvedBy]),
			objections: await keepWriters(context, words.objected),
			policy: frozen.policy,
		},
	};
}

/** What people told the run since this head is there: an earlier word was about another state. */
async function findSignals(
	context: JobContext,
): Promise<{ approvedBy: string[]; rejectedBy: GateFacts['rejectedBy'] }> {
	const since = findPublished(context)?.seq ?? 1;
	const signals = context.refresh().signals.filter(({ seq }) => seq > since);
	const approvedBy = signals.filter(({ signal }) => signal.name === 'approve').map(({ signal }) => signal.by);
	for (const { signal } of signals.toReversed()) {
		if (signal.name !== 'reject' || (await keepWriters(context, [signal.by])).length === 0) continue;
		return { approvedBy: [], rejectedBy: { by: signal.by, reason: signal.reason } };
	}
	return { approvedBy, rejectedBy: null };
}

/** Those who may write to the repository, as GitHub says now; each once, no bots. */
async function keepWriters(context: JobContext, logins: readonly string[]): Promise<string[]> {
	const kept = new Map<string, string>();
	for (const login of logins) {
		if (login.endsWith('[bot]') || kept.has(login.toLowerCase())) continue;
		const permission = await context.forge.permissionOf(login);
		if (permission === 'write' || permission === 'maintain' || permission === 'admin')
			kept.set(login.toLowerCase(), login);
	}
	return [...kept.values()];
}

/** Whether the repository has workflows of GitHub Actions that may only not have reported yet. */
async function expectChecks(context: JobContext): Promise<GateInput['checksExpected']> {
	const pushedAt = findPublished(context)?.at ?? context.state.createdAt;
	if (context.clock.now() - pushedAt > appearanceMs) return 'no';
	const files = await context.git.list(context.frozen.baseSha);
	return files.some(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) ? 'soon' : 'no';
}

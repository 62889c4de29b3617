import { findShortfalls } from '../src/core/cap-scores.ts';
import { decideEvaluate } from '../src/core/decide-evaluate.ts';
import { endJob } from '../src/core/end-job.ts';
import { decideGate, findStaleness, type GateDecision } from '../src/core/gate.ts';
import { findRed, type GateCheck } from '../src/core/gate-checks.ts';
import type { JobEnd } from '../src/core/job-end.ts';
import type { Pull } from '../src/ports/forge/pulls.ts';
import { findSendBack } from './find-job.ts';
import type { JobContext } from './job-context.ts';
import { type GateFacts, loadGate } from './load-gate.ts';
import { mergePullRequest, refusedReason, wasMergedHere } from './merge-pull-request.ts';
import { putGateCheck } from './put-gate-check.ts';

/** When a waiting gate looks again though nobody told it to, ms: deliveries get lost. */
const lookAgainMs = 5 * 60_000;
/** How often GitHub may refuse a merge (it computes mergeability in the background) before a person is asked. */
const mergeTries = 3;

/**
 * Whether the pull request may merge, decided anew at every start by rules alone, over what GitHub says at that moment. Sends back
 * what the factory can mend, waits for what people and checks have to give, merges only where the policy says `auto`.
 */
export async function gate(context: JobContext): Promise<JobEnd> {
	const facts = await loadGate(context);
	if (facts === null) return endJob('needs_human', 'the pull request does not exist any more');
	if (wasMergedHere(context, facts.pull)) return merge(context, facts.pull);
	const gone = endWithoutGate(context, facts);
	if (gone !== null) return gone;

	const decision = decideGate(facts.input);
	if (decision.kind !== 'pass' && mayMarkReady(context, facts, decision)) {
		await context.effect({
			key: `ready:${facts.pull.number}`,
			kind: 'pull request made ready',
			find: async () => ((await context.forge.pull(facts.pull.number))?.draft === false ? true : null),
			make: async () => {
				await context.forge.markReady(facts.pull);
				return true;
			},
		});
		return gate(context);
	}
	const say = (answer: GateDecision) =>
		putGateCheck(context, facts.pull.headSha, answer, facts.input.verdict, describeMerge(context, facts));
	if (decision.kind === 'pass') {
		await say(decision);
		return pass(context, facts);
	}
	const end = sendBack(context, facts, decision) ?? hold(context, decision);
	await say(end.kind === 'waiting' ? { ...decision, kind: 'wait' } : decision);
	return end;
}

/** Ends that need no rules: people have decided, or the pull request is not what this run made. */
function endWithoutGate(context: JobContext, facts: GateFacts): JobEnd | null {
	const { pull, rejectedBy, unproven } = facts;
	if (pull.merged) return done(pull.mergeSha ?? pull.headSha, 'merged', 'the pull request is merged');
	if (pull.state === 'closed') return endJob('cancelled', 'the pull request was closed by a person');
	if (rejectedBy !== null) return endJob('refused', `rejected by ${rejectedBy.by}: ${rejectedBy.reason}`.slice(0, 500));
	if (unproven === null) return null;
	return endJob(context.frozen.subject.kind === 'issue' ? 'needs_human' : 'cancelled', unproven);
}

/** Once only: a person who makes it a draft again has put the brake on. */
function mayMarkReady(
	context: JobContext,
	facts: GateFacts,
	decision: Exclude<GateDecision, { kind: 'pass' }>,
): boolean {
	const onlyDraft = decision.missing.every((one) => one.rule === 'draft');
	const opened = facts.ours && context.frozen.policy.pullRequest.draft;
	return onlyDraft && opened && !context.refresh().effects.has(`ready:${facts.pull.number}`);
}

function describeMerge(context: JobContext, facts: GateFacts): string {
	if (context.frozen.policy.gate.merge === 'off') return 'Ready to merge by a person (gate.merge is off).';
	if (!facts.ours) return 'Ready to merge by a person: only what this run published is merged automatically.';
	if (facts.input.verdict?.independent !== true) return 'Ready to merge by a person: the judge is not independent.';
	return 'Merged automatically (gate.merge is auto).';
}

async function pass(context: JobContext, facts: GateFacts): Promise<JobEnd> {
	const { pull, input, ours } = facts;
	if (context.frozen.policy.gate.merge === 'off' || !ours || input.verdict?.independent !== true) {
		return done(pull.headSha, 'pass', describeMerge(context, facts));
	}
	return merge(context, pull);
}

async function merge(context: JobContext, pull: Pull): Promise<JobEnd> {
	const end = await mergePullRequest(context, pull);
	if (end.kind === 'merged') return done(end.sha, 'merged', `merged as ${end.sha.slice(0, 12)}`);
	if (end.kind === 'not_mergeable' && end.tries > mergeTries) {
		return endJob('needs_human', `GitHub refuses to merge: ${end.message}`.slice(0, 500));
	}
	const until = context.clock.now() + 60_000;
	return {
		kind: 'waiting',
		reason: `${refusedReason} ${end.message}`.slice(0, 500),
		signals: ['look', 'approve', 'reject'],
		until,
	};
}

/**
 * What another round of work or judging can mend, where the workflow lets the gate ask for it. A score that is too low comes here
 * once `evaluate` has no rounds left: settling then asks a person, and says what was tried.
 */
function sendBack(
	context: JobContext,
	{ input }: GateFacts,
	decision: Exclude<GateDecision, { kind: 'pass' }>,
): JobEnd | null {
	const outputs = { decision: 'block', merged: false };
	const red = findRed(input.checks, input.policy.gate.checks);
	const implement = findSendBack(context, 'implement');
	if (red.length > 0 && implement !== null) {
		const summary = `Red on the pull request: ${red.map((check) => check.name).join(', ')}.`.slice(0, 300);
		const feedback = { from: 'gate', summary, details: red.map(detail).join('\n\n').slice(0, 8_192) };
		return { kind: 'sent_back', to: implement, feedback, outputs };
	}
	const stale = findStaleness(input);
	const shortfalls = input.verdict === null || stale !== null ? [] : findShortfalls(input.verdict, input.policy.gate);
	if (input.verdict !== null && shortfalls.length > 0 && implement !== null) {
		return { kind: 'sent_back', to: implement, feedback: decideEvaluate(input.verdict, shortfalls), outputs };
	}
	const evaluate = findSendBack(context, 'evaluate');
	if (stale === null || evaluate === null) return null;
	const others = decision.missing.filter((one) => one.rule !== 'verdict' && one.rule !== 'draft');
	if (others.some((one) => one.severity === 'block')) return null;
	// The base may move often while a person or a check takes time: to judge every move would cost much and help nobody.
	if (others.length > 0) return wait(context, decision);
	const feedback = { from: 'gate', summary: `Judge again: ${stale}.`, details: '' };
	return { kind: 'sent_back', to: evaluate, feedback, outputs };
}

function detail(check: GateCheck): string {
	return `${check.name} ended as ${check.conclusion}\n${check.summary.slice(0, 2_000)}`;
}

function hold(context: JobContext, decision: Exclude<GateDecision, { kind: 'pass' }>): JobEnd {
	if (decision.kind === 'wait') return wait(context, decision);
	return endJob('needs_human', listMissing(decision), { decision: 'block', merged: false });
}

function wait(context: JobContext, decision: Exclude<GateDecision, { kind: 'pass' }>): JobEnd {
	const until = context.clock.now() + lookAgainMs;
	return { kind: 'waiting', reason: listMissing(decision), signals: ['look', 'approve', 'reject'], until };
}

function listMissing(decision: Exclude<GateDecision, { kind: 'pass' }>): string {
	return decision.missing
		.map((one) => one.detail)
		.join('; ')
		.slice(0, 1_000);
}

function done(sha: string, decision: 'pass' | 'merged', reason: string): JobEnd {
	return endJob('done', reason, { decision, merged: decision === 'merged', sha });
}

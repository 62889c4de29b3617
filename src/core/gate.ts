import { findShortfalls } from './cap-scores.ts';
import type { FileChange } from './change-set.ts';
import { countLines } from './check-change-set.ts';
import { type Evidence, findFailures, isProven } from './evidence.ts';
import { type GateCheck, judgeChecks } from './gate-checks.ts';
import { matchesPath } from './matches-path.ts';
import type { Missing } from './missing.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** Everything the gate looks at, read from the forge right before. */
export interface GateInput {
	repository: string;
	pullRequest: number;
	pull: { state: 'open' | 'closed'; draft: boolean; headSha: string };
	/** Where the base branch stands now. */
	baseSha: string;
	/** Other open pull requests with the same head branch: a merge of one would carry a verdict meant for another. */
	siblings: number[];
	/** Tree of the head commit. */
	headTreeSha: string;
	rubricVersion: number;
	verdict: Verdict | null;
	evidence: Evidence | null;
	files: FileChange[];
	/** Checks on the head, this App's own included. */
	checks: GateCheck[];
	/** `soon`: checks are configured, none has reported yet, and it is too early to say that none will. */
	checksExpected: 'soon' | 'no';
	/** People with write access who approved exactly this head; nobody twice, no bots. */
	approvals: string[];
	/** People with write access whose last word asks for changes. */
	objections: string[];
	policy: Pick<Policy, 'gate' | 'limits' | 'paths'>;
}

export type GateDecision = { kind: 'pass' } | { kind: 'wait' | 'block'; missing: Missing[] };

/** Whether a pull request may merge. No clock, no model, no opinion: the same input always gives the same answer. */
export function decideGate(input: GateInput): GateDecision {
	const missing = [
		...checkPull(input),
		...checkVerdict(input),
		...checkEvidence(input),
		...judgeChecks(input.checks, input.policy.gate.checks, input.checksExpected),
		...checkPeople(input),
	];
	if (missing.length === 0) return { kind: 'pass' };
	return { kind: missing.some((one) => one.severity === 'block') ? 'block' : 'wait', missing };
}

/** Changed files that only a person may let pass. */
export function findProtected(files: readonly FileChange[], policy: Pick<Policy, 'paths'>): string[] {
	return files.map((file) => file.path).filter((path) => matchesPath(path, policy.paths.protected));
}

function checkPull({ pull, siblings }: GateInput): Missing[] {
	const missing: Missing[] = [];
	if (pull.state !== 'open') {
		missing.push({ rule: 'open', severity: 'block', detail: 'the pull request is closed', who: 'person' });
	}
	if (pull.draft)
		missing.push({ rule: 'draft', severity: 'wait', detail: 'the pull request is a draft', who: 'person' });
	if (siblings.length > 0) {
		const detail = `the same branch is offered by ${siblings.map((number) => `no. ${number}`).join(', ')} too; close one`;
		missing.push({ rule: 'siblings', severity: 'wait', detail, who: 'person' });
	}
	return missing;
}

function checkVerdict(input: GateInput): Missing[] {
	const stale = findStaleness(input);
	if (stale !== null) return [{ rule: 'verdict', severity: 'block', detail: stale, who: 'factory' }];
	if (input.verdict === null) return [];
	return findShortfalls(input.verdict, input.policy.gate).map((detail) => ({
		rule: 'score',
		severity: 'block',
		detail,
		who: 'factory',
	}));
}

/** Why the verdict does not hold for what the pull request is now, or null. */
export function findStaleness(
	input: Pick<GateInput, 'verdict' | 'repository' | 'pullRequest' | 'pull' | 'baseSha' | 'rubricVersion'>,
): string | null {
	const { verdict } = input;
	if (verdict === null) return 'there is no verdict yet';
	if (
		verdict.repository.toLowerCase() !== input.repository.toLowerCase() ||
		verdict.pullRequest !== input.pullRequest
	) {
		return 'the verdict is about another pull request';
	}
	if (verdict.headSha !== input.pull.headSha) {
		return `the verdict is about ${verdict.headSha.slice(0, 12)}, the head is ${input.pull.headSha.slice(0, 12)}`;
	}
	if (verdict.baseSha !== input.baseSha) {
		return `the verdict is against base ${verdict.baseSha.slice(0, 12)}, which is now ${input.baseSha.slice(0, 12)}`;
	}
	if (verdict.rubricVersion !== input.rubricVersion) return `the verdict is by rubric ${verdict.rubricVersion}`;
	return null;
}

function checkEvidence(input: GateInput): Missing[] {
	const { evidence } = input;
	if (evidence !== null && evidence.treeSha !== input.headTreeSha) {
		const detail = 'the evidence is of another tree than the head has';
		return [{ rule: 'evidence', severity: 'block', detail, who: 'factory' }];
	}
	const failed = evidence === null ? [] : findFailures(evidence);
	if (failed.length > 0) {
		const detail = `fails on the host: ${[...new Set(failed.map((record) => record.name))].join(', ')}`;
		return [{ rule: 'evidence', severity: 'block', detail, who: 'factory' }];
	}
	if (input.approvals.length > 0) return [];
	const doubts = evidence?.doubts ?? [];
	if (evidence !== null && isProven(evidence) && doubts.length === 0) return [];
	const more = doubts.length > 5 ? `; and ${doubts.length - 5} more` : '';
	const why = doubts.length > 0 ? `${doubts.slice(0, 5).join('; ')}${more}` : 'the host could not prove the change';
	return [{ rule: 'evidence', severity: 'wait', detail: `${why}; a person must approve this head`, who: 'person' }];
}

function checkPeople(input: GateInput): Missing[] {
	const { approvals, objections, policy, files } = input;
	const missing: Missing[] = [];
	const touched = findProtected(files, policy);
	if (touched.length > 0 && approvals.length === 0) {
		const more = touched.length > 5 ? ` and ${touched.length - 5} more` : '';
		const detail = `touches protected paths, a person must approve this head: ${touched.slice(0, 5).join(', ')}${more}`;
		missing.push({ rule: 'protected_paths', severity: 'wait', detail, who: 'person' });
	}
	const { changedFiles, changedLines } = policy.limits;
	if ((files.length > changedFiles || countLines(files) > changedLines) && approvals.length === 0) {
		const detail = `${files.length} files and ${countLines(files)} lines are over the limits, a person must approve this head`;
		missing.push({ rule: 'size', severity: 'wait', detail, who: 'person' });
	}
	if (approvals.length < policy.gate.humanApprovals) {
		const detail = `${approvals.length} of ${policy.gate.humanApprovals} approvals of this head by people with write access`;
		missing.push({ rule: 'approvals', severity: 'wait', detail, who: 'person' });
	}
	if (objections.length > 0) {
		const detail = `changes are requested by ${objections.join(', ')}`;
		missing.push({ rule: 'objections', severity: 'wait', detail, who: 'person' });
	}
	return missing;
}

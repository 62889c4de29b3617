import type { z } from 'zod';
import { type CommandName, parseFactoryCommand } from './factory-command.ts';
import type { RepositoryName, Subject } from './subject.ts';
import {
	CheckRunPayload,
	CheckSuitePayload,
	Common,
	InstallationPayload,
	IssueCommentPayload,
	IssuesPayload,
	MergeGroupPayload,
	PullRequestPayload,
	type Sender,
	StatusPayload,
} from './webhook-payload.ts';

/** Who the factory is on GitHub. */
export interface Self {
	appId: number;
	/** Of the App; its login is `<slug>[bot]`. */
	slug: string;
}

/** Where something happened. */
export interface Place {
	repository: RepositoryName;
	installation: number | null;
}

/** Who did it, as the signed payload says. A login proves nothing about rights. */
export interface Actor {
	login: string;
	/** GitHub's number of the account, which a renaming keeps. */
	id: number | null;
	/** GitHub's word; an App acts as `Bot`. */
	kind: 'person' | 'bot';
	/** The App that acted, where the event tells. */
	appId: number | null;
}

/** The subject's text when it was asked for: what the person who asked could see. */
export interface Asked {
	title: string;
	body: string;
}

/** The delivery that is being acted on; its id is the idempotency key of everything that comes of it. */
export interface Occasion {
	delivery: string;
	/** ms since 1970. */
	receivedAt: number;
}

/** What a delivery asks of the factory. */
export type Intent =
	| { kind: 'dispatch'; at: Place; subject: Subject; label: string; by: Actor; asked: Asked }
	| { kind: 'command'; at: Place; subject: Subject; name: CommandName; argument: string; by: Actor; asked: Asked }
	| { kind: 'unknown_command'; at: Place; subject: Subject; word: string; by: Actor }
	/** A push to a pull request: its verdict is stale. */
	| {
			kind: 'evaluate';
			at: Place;
			pull: number;
			headSha: string;
			by: Actor;
			asked: Asked;
	  }
	| {
			kind: 'cancel';
			at: Place;
			subject: Subject;
			cause: CancelCause;
			label: string | null;
			branch: string | null;
			by: Actor;
	  }
	/** Something that a gate may wait for has changed. */
	| { kind: 'look'; at: Place; pulls: number[]; branches: string[]; reason: string; by: Actor }
	/** Nobody pushed, yet the verdict on this head may not hold: "Re-run" on a check of the factory, or another base. */
	| {
			kind: 'judge_again';
			at: Place;
			pulls: number[];
			branches: string[];
			headSha: string;
			cause: 'rerequested' | 'new_base';
			by: Actor;
	  }
	| { kind: 'merge_group'; at: Place; headSha: string; headRef: string }
	/** The App lost repositories: all of an account's, or those named. */
	| { kind: 'installation'; installation: number; reason: string; account: string; repositories: string[] | 'all' }
	| { kind: 'nothing'; reason: string };

export type CancelCause = 'unlabeled' | 'closed' | 'deleted' | 'transferred' | 'pull_request_closed';

type Event = z.infer<typeof Common> & { at: Place; by: Actor; self: Self; payload: unknown };

const nothing = (reason: string): Intent => ({ kind: 'nothing', reason });

/**
 * What a delivery asks for. Events that are not listed in the App's contract, and everything that the factory caused
 * itself, ask for nothing. `event` is `X-GitHub-Event`.
 */
export function intentOf(event: string, payload: unknown, self: Self): Intent {
	if (event === 'installation' || event === 'installation_repositories') return ofInstallation(payload);
	const common = Common.safeParse(payload);
	if (!common.success) return nothing('not of a repository');
	const { repository, installation, sender } = common.data;
	const at = {
		repository: { owner: repository.owner.login, name: repository.name },
		installation: installation?.id ?? null,
	};
	const read = intentReaders[`${event}.${common.data.action ?? ''}`];
	if (read === undefined) return nothing('not an event of ours');
	return read({ ...common.data, at, by: actorOf(sender, null), self, payload });
}

/** `event.action` of every delivery that can mean something. */
export const intentReaders: Readonly<Record<string, (event: Event) => Intent>> = {
	'issues.labeled': ofIssue,
	'issues.unlabeled': ofIssue,
	'issues.closed': ofIssue,
	'issues.deleted': ofIssue,
	'issues.transferred': ofIssue,
	'issue_comment.created': ofComment,
	'pull_request.synchronize': ofPullRequest,
	'pull_request.edited': ofPullRequest,
	'pull_request.reopened': ofPullRequest,
	'pull_request.ready_for_review': ofPullRequest,
	'pull_request.closed': ofPullRequest,
	'pull_request_review.submitted': ofPullRequest,
	'pull_request_review.dismissed': ofPullRequest,
	'check_run.completed': ofCheckRun,
	'check_run.rerequested': ofCheckRun,
	'check_suite.completed': ofCheckSuite,
	'status.': ofStatus,
	'merge_group.checks_requested': ofMergeGroup,
};

function actorOf(sender: Sender, appId: number | null): Actor {
	return { login: sender.login, id: sender.id ?? null, kind: sender.type === 'Bot' ? 'bot' : 'person', appId };
}

/** Bots' logins end in `[bot]`, which no person's can, so the name cannot be imitated. */
function isSelf({ by, self }: Event): boolean {
	return by.kind === 'bot' && by.login.toLowerCase() === `${self.slug}[bot]`.toLowerCase();
}

function ofIssue(event: Event): Intent {
	if (isSelf(event)) return nothing('our own act');
	const payload = IssuesPayload.safeParse(event.payload);
	if (!payload.success) return nothing('unreadable payload');
	const { at, by } = event;
	const { issue, label } = payload.data;
	const subject: Subject = { kind: issue.pull_request ? 'pull_request' : 'issue', number: issue.number };
	if (event.action === 'labeled') {
		if (label === undefined) return nothing('no label');
		return { kind: 'dispatch', at, subject, label: label.name, by, asked: askedOf(issue) };
	}
	const cause = event.action as CancelCause;
	return {
		kind: 'cancel',
		at,
		subject,
		cause,
		label: cause === 'unlabeled' ? (label?.name ?? '') : null,
		branch: null,
		by,
	};
}

function ofComment(event: Event): Intent {
	if (isSelf(event)) return nothing('our own act');
	const payload = IssueCommentPayload.safeParse(event.payload);
	if (!payload.success) return nothing('unreadable payload');
	const { issue, comment } = payload.data;
	const command = parseFactoryCommand(comment.body ?? '');
	if (command === null) return nothing('not a command');
	const { at } = event;
	const subject: Subject = { kind: issue.pull_request ? 'pull_request' : 'issue', number: issue.number };
	const by = actorOf(event.sender, comment.performed_via_github_app?.id ?? null);
	if (command.kind === 'unknown') return { kind: 'unknown_command', at, subject, word: command.word, by };
	const { name, argument } = command;
	return { kind: 'command', at, subject, name, argument, by, asked: askedOf(issue) };
}

function ofPullRequest(event: Event): Intent {
	if (isSelf(event)) return nothing('our own act');
	const payload = PullRequestPayload.safeParse(event.payload);
	if (!payload.success) return nothing('unreadable payload');
	const { at, by, action } = event;
	const { number, merged, head, base, ...text } = payload.data.pull_request;
	const fork = head.repo?.full_name !== base.repo?.full_name;
	if (action === 'synchronize') {
		return { kind: 'evaluate', at, pull: number, headSha: head.sha, by, asked: askedOf(text) };
	}
	// A branch of a fork can carry any name; only ours lead to a run.
	const branch = fork ? null : head.ref;
	if (action === 'closed' && merged !== true) {
		const subject: Subject = { kind: 'pull_request', number };
		return { kind: 'cancel', at, subject, cause: 'pull_request_closed', label: null, branch, by };
	}
	const where = { at, pulls: [number], branches: branch === null ? [] : [branch], by };
	if (payload.data.changes?.base !== undefined) {
		return { kind: 'judge_again', ...where, headSha: head.sha, cause: 'new_base' };
	}
	return { kind: 'look', ...where, reason: `pull request ${action}` };
}

// The sender of a check is whoever pushed, which is the factory itself for its own branches: only the App that made the check tells
// whose act it is.
function ofCheckRun({ at, by, self, action, payload }: Event): Intent {
	const parsed = CheckRunPayload.safeParse(payload);
	if (!parsed.success) return nothing('unreadable payload');
	const { name, app, pull_requests, check_suite, head_sha: headSha } = parsed.data.check_run;
	const own = app?.id === self.appId;
	if (own && action === 'completed') return nothing('our own act');
	const look = lookAt({ at, by }, pull_requests, [check_suite?.head_branch], `check ${name.slice(0, 100)} ${action}`);
	if (!own || look.kind !== 'look') return look;
	return { kind: 'judge_again', at, pulls: look.pulls, branches: look.branches, headSha, cause: 'rerequested', by };
}

function ofCheckSuite({ at, by, self, payload }: Event): Intent {
	const parsed = CheckSuitePayload.safeParse(payload);
	if (!parsed.success) return nothing('unreadable payload');
	const { app, pull_requests, head_branch } = parsed.data.check_suite;
	if (app?.id === self.appId) return nothing('our own act');
	return lookAt({ at, by }, pull_requests, [head_branch], 'check suite completed');
}

function ofStatus({ at, by, payload }: Event): Intent {
	const parsed = StatusPayload.safeParse(payload);
	if (!parsed.success) return nothing('unreadable payload');
	const { context, state, branches } = parsed.data;
	if (state === 'pending') return nothing('a pending status');
	const names = (branches ?? []).map((branch) => branch.name);
	return lookAt({ at, by }, [], names, `status ${context.slice(0, 100)} ${state}`);
}

function lookAt(
	where: { at: Place; by: Actor },
	pulls: readonly { number: number }[] | null | undefined,
	branches: readonly (string | null | undefined)[],
	reason: string,
): Intent {
	const numbers = (pulls ?? []).map((pull) => pull.number);
	const names = branches.filter((name) => typeof name === 'string');
	if (numbers.length === 0 && names.length === 0) return nothing('a check of no branch');
	return { kind: 'look', ...where, pulls: numbers, branches: names, reason };
}

function ofMergeGroup({ at, payload }: Event): Intent {
	const parsed = MergeGroupPayload.safeParse(payload);
	if (!parsed.success) return nothing('unreadable payload');
	const { head_sha: headSha, head_ref: headRef } = parsed.data.merge_group;
	return { kind: 'merge_group', at, headSha, headRef };
}

function ofInstallation(payload: unknown): Intent {
	const parsed = InstallationPayload.safeParse(payload);
	if (!parsed.success) return nothing('unreadable payload');
	const { action, installation, repositories_removed } = parsed.data;
	const lost = {
		kind: 'installation' as const,
		installation: installation.id,
		account: installation.account?.login ?? '',
	};
	switch (action) {
		case 'deleted':
			return { ...lost, reason: 'the App was uninstalled', repositories: 'all' };
		case 'suspend':
			return { ...lost, reason: 'the App was suspended', repositories: 'all' };
		case 'removed': {
			const repositories = (repositories_removed ?? []).map((one) => one.full_name);
			return { ...lost, reason: 'the App was removed from the repository', repositories };
		}
		default:
			return nothing(`installation ${action}`);
	}
}

function askedOf(text: { title: string; body?: string | null | undefined }): Asked {
	return { title: text.title, body: text.body ?? '' };
}

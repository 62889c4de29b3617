import { z } from 'zod';

/** Payloads of GitHub's webhooks, with only the fields that are used. https://docs.github.com/webhooks/webhook-events-and-payloads */

export const Sender = z.object({ login: z.string(), id: z.number().optional(), type: z.string() });
export type Sender = z.infer<typeof Sender>;

const repository = z.object({ name: z.string(), owner: z.object({ login: z.string() }) });

export const Common = z.object({
	action: z.string().optional(),
	repository,
	sender: Sender,
	installation: z.object({ id: z.number() }).optional(),
});

const text = z.string().nullish();

export const Issue = z.object({
	number: z.number(),
	title: z.string(),
	body: text,
	pull_request: z.unknown().optional(),
});

export const IssuesPayload = z.object({ issue: Issue, label: z.object({ name: z.string() }).optional() });

export const IssueCommentPayload = z.object({
	issue: Issue,
	comment: z.object({
		body: text,
		performed_via_github_app: z.object({ id: z.number() }).nullish(),
	}),
});

const side = z.object({
	ref: z.string(),
	sha: z.string(),
	/** Null when the fork was deleted. */
	repo: z.object({ full_name: z.string() }).nullable(),
});

export const PullRequestPayload = z.object({
	pull_request: z.object({
		number: z.number(),
		title: z.string(),
		body: text,
		merged: z.boolean().nullish(),
		head: side,
		base: side,
	}),
	/** What an edit changed; `base` when it leads to another branch. */
	changes: z.object({ base: z.unknown().optional() }).optional(),
});

const app = z.object({ id: z.number() }).nullish();
const pulls = z.array(z.object({ number: z.number() })).nullish();

export const CheckRunPayload = z.object({
	check_run: z.object({
		name: z.string(),
		head_sha: z.string(),
		app,
		pull_requests: pulls,
		check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
	}),
});

export const CheckSuitePayload = z.object({
	check_suite: z.object({ head_sha: z.string(), head_branch: z.string().nullish(), app, pull_requests: pulls }),
});

export const StatusPayload = z.object({
	sha: z.string(),
	context: z.string(),
	state: z.string(),
	branches: z.array(z.object({ name: z.string() })).nullish(),
});

export const MergeGroupPayload = z.object({
	merge_group: z.object({ head_sha: z.string(), head_ref: z.string() }),
});

export const InstallationPayload = z.object({
	action: z.string(),
	installation: z.object({ id: z.number(), account: z.object({ login: z.string() }).nullish() }),
	sender: Sender,
	repositories_removed: z.array(z.object({ full_name: z.string() })).nullish(),
});

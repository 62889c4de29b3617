import { decideAuthority } from '../../src/core/authority.ts';
import { digestSubject } from '../../src/core/freeze-subject.ts';
import type { Frozen } from '../../src/core/frozen.ts';
import type { Actor, Asked, Occasion, Place } from '../../src/core/intent.ts';
import { findLimit, startOfDay } from '../../src/core/limit-requests.ts';
import { inlineCode } from '../../src/core/markdown.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Refusal, RefusalKind } from '../../src/core/refusal.ts';
import { formatActiveKey, type Subject } from '../../src/core/subject.ts';
import { version } from '../../src/core/version.ts';
import type { Pull } from '../../src/ports/forge/pulls.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';
import { askStanding } from './ask-standing.ts';
import { findUnpriced } from './check-prices.ts';
import { freezeComments } from './freeze-comments.ts';
import { frozenOf } from './frozen-of.ts';
import type { IntakeContext } from './intake-context.ts';
import { loadBindingFiles, loadRepositoryPolicy, loadWorkflow, refuseConfig } from './load-repository.ts';
import { wakeRun } from './post-signal.ts';
import { refuse } from './refuse.ts';

export interface RunRequest {
	at: Place;
	subject: Subject;
	by: Actor;
	asked: Asked;
	trigger: { kind: 'label' | 'command' | 'push'; name: string };
	/** Null: the one that the label of that name starts. */
	workflow: string | null;
}

/** How far the clock of the process that took a delivery in may be ahead of the one that acts on it, ms. */
const clockSkewMs = 10 * 60_000;

/** What decides when the repository's own configuration cannot be read. */
const strictest = { permission: 'write', apps: [] } satisfies Pick<Policy['dispatch'], 'permission' | 'apps'>;

/**
 * Takes a request from the wish to a run: reads the truth of now from GitHub, asks who may, counts, freezes, creates, wakes. Refusals
 * are one comment and no model call; a push that may not start anything is passed over in silence, because nobody asked. Returns
 * what happened, for the delivery's note. @throws Fault
 */
export async function startRun(
	context: IntakeContext,
	forge: Forge,
	request: RunRequest,
	occasion: Occasion,
): Promise<string> {
	const { subject, by, trigger } = request;
	const earlier = await findRunStartedBy(context, forge, subject, occasion);
	if (earlier !== null) {
		await wakeRun(context, 'host', earlier);
		return `run ${earlier} (started before)`;
	}
	const answer = async (kind: RefusalKind, message: string): Promise<string> => {
		if (trigger.kind === 'push') return `ignored: ${kind}`;
		return refuse(forge, subject.number, by.login, { kind, message }, occasion);
	};

	const issue = await forge.issue(subject.number);
	if (issue === null) return 'ignored: gone';
	if (trigger.kind === 'label' && (issue.state === 'closed' || !issue.labels.includes(trigger.name))) {
		return 'ignored: closed or unlabeled by now';
	}
	const base = await forge.defaultBranch();
	const { loaded, text } = base === null ? emptyRepository : await loadRepositoryPolicy(context, forge, base.sha);
	const policy = loaded?.kind === 'ok' ? loaded.policy : null;
	if (trigger.kind === 'label' && !isDispatchLabel(trigger.name, policy, text)) return 'ignored: not a dispatch label';

	const authority = decideAuthority(by.login, await askStanding(context, forge, by), policy?.dispatch ?? strictest);
	if (authority.kind === 'refused') return answer(authority.refusal.kind, authority.refusal.message);
	if (base === null || loaded === null)
		return answer('repository_empty', 'The repository has no commit yet to work on.');
	if (loaded.kind === 'invalid') return answer('config_invalid', refuseConfig(loaded).message);
	if (issue.state === 'closed') return answer('not_open', 'It is closed; open it again first.');

	const limit = await findDayLimit(context, forge, by.login, loaded.policy);
	if (limit !== null) return answer(limit.kind, limit.message);
	const name = request.workflow ?? workflowOfLabel(loaded.policy, trigger.name) ?? '';
	const found = await loadWorkflow(context, forge, base.sha, name);
	if (found.kind === 'refused') return answer(found.refusal.kind, found.refusal.message);
	const unpriced = findUnpriced(loaded.policy, found.workflow, context.catalogue);
	if (unpriced !== null) return answer(unpriced.kind, unpriced.message);
	const pull = subject.kind === 'pull_request' ? await forge.pull(subject.number) : null;
	if (subject.kind === 'pull_request' && pull === null) return 'ignored: gone';

	const { title, body } = request.asked;
	const comments = await freezeComments(forge, subject.number);
	const frozen: Frozen = {
		repository: forge.repository,
		installation: request.at.installation,
		defaultBranch: base.name,
		...(await branchesOf(forge, pull, base)),
		subject: {
			...subject,
			title,
			body,
			author: issue.author,
			url: issue.url,
			labels: issue.labels,
			comments,
			digest: digestSubject(title, body, comments),
		},
		requester: { login: by.login, id: by.id, permission: authority.permission },
		trigger: { ...trigger, delivery: occasion.delivery },
		policy: loaded.policy,
		policyDigest: loaded.digest,
		workflow: { name, source: found.source, digest: found.digest },
		...(await loadBindingFiles(forge, base.sha)),
	};
	if (issue.title !== title || issue.body !== body) {
		context.log.warn(
			{ delivery: occasion.delivery },
			'Text was edited after it was asked for; the asked text is frozen',
		);
	}
	return create(context, frozen, found.workflow, answer);
}

const emptyRepository = { loaded: null, text: '' };

/** Creates the run and wakes its first job, or says which run is at work already. */
async function create(
	context: IntakeContext,
	frozen: Frozen,
	workflow: Workflow,
	answer: (kind: RefusalKind, message: string) => Promise<string>,
): Promise<string> {
	const { repository, subject } = frozen;
	const id = context.ids.run();
	const created = await context.runs.create({
		id,
		repository,
		subject: { kind: subject.kind, number: subject.number },
		workflow: frozen.workflow.name,
		requester: frozen.requester.login,
		activeKey: formatActiveKey(repository, subject),
		createdAt: context.clock.now(),
		created: { type: 'run.created', frozen, factoryVersion: version },
	});
	if (created.kind === 'already_active') {
		// The same delivery, handled twice at once.
		if ((await frozenOf(context, created.run))?.trigger.delivery === frozen.trigger.delivery)
			return `run ${created.run}`;
		const run = inlineCode(created.run);
		return answer(
			'already_active',
			`Run ${run} is at work on this already. \`/factory status\` says where it stands, \`/factory stop\` ends it.`,
		);
	}
	const first = workflow.jobs[0];
	await wakeRun(context, first?.role ?? 'host', id);
	return `run ${id}`;
}

/**
 * The run that this very delivery started, when a crash came between creating it and settling the delivery; also when that run
 * has ended since.
 */
async function findRunStartedBy(
	context: IntakeContext,
	forge: Forge,
	subject: Subject,
	occasion: Occasion,
): Promise<string | null> {
	const rows = await context.runs.list({ repository: forge.repository, subject, limit: 20 });
	for (const row of rows.filter((row) => row.createdAt >= occasion.receivedAt - clockSkewMs)) {
		if ((await frozenOf(context, row.id))?.trigger.delivery === occasion.delivery) return row.id;
	}
	return null;
}

/** With a broken configuration nobody knows its labels; the ones that its text or the factory names are answered. */
function isDispatchLabel(label: string, policy: Policy | null, text: string): boolean {
	if (policy !== null) return workflowOfLabel(policy, label) !== null;
	return ['factory', 'factory:plan'].includes(label.toLowerCase()) || text.includes(label);
}

/** GitHub tells labels apart without regard to case: where `Factory` exists, `factory` cannot be made. */
function workflowOfLabel(policy: Policy, label: string): string | null {
	const entries = Object.entries(policy.dispatch.labels);
	return entries.find(([name]) => name.toLowerCase() === label.toLowerCase())?.[1] ?? null;
}

async function findDayLimit(
	context: IntakeContext,
	forge: Forge,
	login: string,
	policy: Policy,
): Promise<Refusal | null> {
	const since = startOfDay(context.clock.now());
	const { repository } = forge;
	const day = {
		byUser: await context.runs.countSince(since, { repository, requester: login }),
		inRepository: await context.runs.countSince(since, { repository }),
		usd: await context.runs.spentSince(since, repository),
	};
	return findLimit(login, day, policy);
}

/**
 * A pull request is judged by what it changes itself, so from where it left its base; its configuration still comes from the default
 * branch, which is where a repository's rules are kept.
 */
async function branchesOf(
	forge: Forge,
	pull: Pull | null,
	base: { name: string; sha: string },
): Promise<Pick<Frozen, 'baseRef' | 'baseSha' | 'head'>> {
	if (pull === null) return { baseRef: base.name, baseSha: base.sha, head: null };
	const head = { sha: pull.headSha, ref: pull.headRef, fork: pull.fork };
	return { baseRef: pull.baseRef, baseSha: await forge.mergeBase(pull.baseSha, pull.headSha), head };
}

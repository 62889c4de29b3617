import { formatRunExplanation, formatRunStatus } from '../../src/core/describe-run.ts';
import type { CommandName } from '../../src/core/factory-command.ts';
import type { Intent, Occasion } from '../../src/core/intent.ts';
import type { SignalName } from '../../src/core/signal.ts';
import type { Subject } from '../../src/core/subject.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import { findRunsOf } from './find-runs.ts';
import { grant } from './grant.ts';
import type { IntakeContext } from './intake-context.ts';
import { postSignal } from './post-signal.ts';
import { answerMarker, refuse, say } from './refuse.ts';
import { startRun } from './start-run.ts';

type CommandIntent = Extract<Intent, { kind: 'command' }>;

/** Acts on `/factory <command>`; permission is asked for every one, reading included, since an answer is a comment. @throws Fault */
export async function obeyCommand(context: IntakeContext, intent: CommandIntent, occasion: Occasion): Promise<string> {
	const forge = await context.forges.open(intent.at.repository, intent.at.installation);
	switch (intent.name) {
		case 'run':
			return start(context, forge, intent, intent.subject, intent.argument || 'issue-to-pr', occasion);
		case 'plan':
			return start(context, forge, intent, intent.subject, 'plan-only', occasion);
		case 'evaluate':
			return start(context, forge, intent, intent.subject, 'evaluate-pr', occasion);
		case 'retry':
			return retry(context, forge, intent, occasion);
		case 'approve':
		case 'reject':
		case 'stop':
			return signal(context, forge, intent, intent.name, occasion);
		case 'status':
		case 'explain':
			return tell(context, forge, intent, intent.name, occasion);
	}
}

/** Workflows judge either an issue or a pull request; asking on the wrong page is answered with the right one. */
async function start(
	context: IntakeContext,
	forge: Forge,
	intent: CommandIntent,
	subject: Subject,
	workflow: string,
	occasion: Occasion,
): Promise<string> {
	const isEvaluation = workflow === 'evaluate-pr';
	if (isEvaluation !== (subject.kind === 'pull_request')) {
		const message = isEvaluation
			? 'There is no pull request here to evaluate. Ask on a pull request.'
			: 'A pull request can be evaluated (`/factory evaluate`); ask for a run on an issue.';
		return refuseNothing(context, forge, intent, message, occasion);
	}
	const { at, by, name } = intent;
	// What was asked is the text of the page where it was asked; for a retry from the pull request, the issue as it is now.
	const asked = subject.number === intent.subject.number ? intent.asked : await readAsked(forge, subject.number);
	if (asked === null) return 'ignored: gone';
	const trigger = { kind: 'command' as const, name };
	return startRun(context, forge, { at, subject, by, asked, trigger, workflow }, occasion);
}

async function readAsked(forge: Forge, number: number): Promise<{ title: string; body: string } | null> {
	const issue = await forge.issue(number);
	return issue === null ? null : { title: issue.title, body: issue.body };
}

async function retry(context: IntakeContext, forge: Forge, intent: CommandIntent, occasion: Occasion): Promise<string> {
	const [last] = await findRunsOf(context.runs, forge, intent.subject);
	const fallback = intent.subject.kind === 'issue' ? 'issue-to-pr' : 'evaluate-pr';
	return start(context, forge, intent, last?.subject ?? intent.subject, last?.workflow ?? fallback, occasion);
}

async function signal(
	context: IntakeContext,
	forge: Forge,
	intent: CommandIntent,
	name: SignalName & CommandName,
	occasion: Occasion,
): Promise<string> {
	const authority = await grant(context, forge, intent.by);
	if (authority.kind === 'refused') {
		return refuse(forge, intent.subject.number, intent.by.login, authority.refusal, occasion);
	}
	if (intent.by.kind === 'bot' && name !== 'stop') {
		const message = `Only a person can ${name}; an App on the list may ask for runs and stop them.`;
		return refuse(forge, intent.subject.number, intent.by.login, { kind: 'not_permitted', message }, occasion);
	}
	const runs = await findRunsOf(context.runs, forge, intent.subject);
	const active = runs.filter((run) => run.status === 'active');
	const reason = intent.argument === '' ? `/factory ${name}` : intent.argument;
	const taken = await postSignal(context, active, { name, by: intent.by.login, reason }, occasion);
	if (taken.length > 0) return `${name}: run ${taken.join(', ')}`;
	const message = `No run is at work here that could be told to ${name}. \`/factory run\` starts one.`;
	return refuse(forge, intent.subject.number, intent.by.login, { kind: 'nothing_to_act_on', message }, occasion);
}

async function tell(
	context: IntakeContext,
	forge: Forge,
	intent: CommandIntent,
	what: 'status' | 'explain',
	occasion: Occasion,
): Promise<string> {
	const [run] = await findRunsOf(context.runs, forge, intent.subject);
	if (run === undefined) {
		return refuseNothing(
			context,
			forge,
			intent,
			'There has been no run here yet. `/factory run` starts one.',
			occasion,
		);
	}
	const authority = await grant(context, forge, intent.by);
	if (authority.kind === 'refused') {
		return refuse(forge, intent.subject.number, intent.by.login, authority.refusal, occasion);
	}
	await say(forge, intent.subject.number, await describe(context, run, what), answerMarker(occasion));
	return `${what}: run ${run.id}`;
}

async function describe(context: IntakeContext, run: RunRow, what: 'status' | 'explain'): Promise<string> {
	const facts = { ...run, entries: await context.runs.read(run.id) };
	return what === 'status' ? formatRunStatus(facts) : formatRunExplanation(facts);
}

async function refuseNothing(
	context: IntakeContext,
	forge: Forge,
	intent: CommandIntent,
	message: string,
	occasion: Occasion,
): Promise<string> {
	const authority = await grant(context, forge, intent.by);
	const refusal = authority.kind === 'refused' ? authority.refusal : { kind: 'nothing_to_act_on' as const, message };
	return refuse(forge, intent.subject.number, intent.by.login, refusal, occasion);
}

import { createHash } from 'node:crypto';
import { type Arm, formatArm } from '../core/arm.ts';
import { Fault } from '../core/fault.ts';
import type { JournalEvent, ModelReply } from '../core/journal.ts';
import type { ToolSpec } from '../core/message.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Role } from '../core/role.ts';
import { costOf, promptTokensOf } from '../core/usage.ts';
import { ModelFault, type ModelFaultKind } from '../ports/model.ts';
import type { AgentEnvironment } from './agent-environment.ts';
import { describeFailures } from './failure.ts';
import { discardReason, type Progress } from './progress.ts';
import { reserve } from './reserve.ts';
import { retryDelay } from './retry-policy.ts';

export type Called =
	| { kind: 'replied' }
	| { kind: 'stopped'; outcome: Exclude<Outcome, 'done' | 'no_change'>; reason: string };

/** A wait longer than this is not sat out by a worker. */
const longestWaitMs = 60_000;

/** Faults that a provider does not charge for; what others cost is unknown. */
const unbilled: readonly ModelFaultKind[] = [
	'rate_limited',
	'overloaded',
	'context_too_large',
	'request_invalid',
	'not_authorised',
	'spend_limit',
	'replay_exhausted',
];

/**
 * Asks until a reply is accepted into the conversation, with retries and, while none was accepted in this round, the further
 * arms. Every attempt is journaled before and after.
 *
 * @throws Fault delayed when the provider asks for a long wait and there is nobody else to ask; the abort reason.
 */
export async function callModel(
	progress: Progress,
	prefix: { role: Role; system: string; tools: ToolSpec[]; forced: string | null; avoid: readonly string[] },
	environment: AgentEnvironment,
	record: (events: JournalEvent[]) => Promise<void>,
): Promise<Called> {
	const { budget, clock, signal, job } = environment;
	const messages = progress.next();
	const prefixText = JSON.stringify([prefix.system, prefix.tools]);
	const promptTokens = progress.promptTokens(Buffer.byteLength(prefixText));
	const reasons: string[] = [];
	let outcome: Exclude<Outcome, 'done' | 'no_change'> = 'failed';
	let delayed: Fault | null = null;

	for (const arm of armsLeft(progress, environment, prefix.avoid)) {
		const name = formatArm(arm);
		if (!environment.models.isConfigured(arm)) {
			reasons.push(`${name} is not configured (its key or address is missing)`);
			continue;
		}
		const facts = environment.catalogue.facts(arm);
		const prices = facts?.prices(promptTokens) ?? null;
		if (prices === null && budget.unpricedModels === 'refuse') {
			outcome = 'refused';
			reasons.push(`${name} has no known price (allow it with limits.unpricedModels: allow)`);
			continue;
		}
		const model = environment.models.forArm(arm);
		for (;;) {
			const exhausted = describeFailures(name, progress.failures.get(name) ?? []);
			if (exhausted !== null) {
				if (exhausted.outcome === 'needs_human') outcome = 'needs_human';
				reasons.push(exhausted.reason);
				break;
			}
			signal.throwIfAborted();
			if (progress.turns >= budget.turns) return stop('out_of_budget', `the limit of ${budget.turns} turns is reached`);
			if (clock.now() >= budget.deadline) return stop('out_of_budget', 'the time for this job is over');
			const remainingUsd = budget.remainingUsd() - (prefix.forced === null ? budget.keptUsd : 0);
			const reservation = reserve({
				promptTokens,
				prices,
				remainingUsd,
				maxOutputTokens: facts?.maxOutputTokens ?? 16_000,
				contextWindow: facts?.contextWindow ?? 128_000,
			});
			if (reservation.kind === 'too_dear') {
				const left = Math.max(0, remainingUsd).toFixed(4);
				outcome = 'out_of_budget';
				reasons.push(
					`the next call of ${name} may cost ${reservation.worstUsd.toFixed(4)} USD and ${left} USD are left`,
				);
				break;
			}
			const turn = progress.turns + 1;
			const digest = createHash('sha256').update(prefixText).update(progress.digest).digest('hex');
			const reservedUsd = reservation.worstUsd;
			await record([
				{
					type: 'model.requested',
					job,
					turn,
					arm: name,
					role: prefix.role,
					digest,
					messages: messages.length,
					reservedUsd,
				},
			]);
			const answer = await attempt(() =>
				model.complete(
					{
						arm,
						system: prefix.system,
						tools: prefix.tools,
						messages: [...messages],
						toolChoice: prefix.forced === null ? 'auto' : { tool: prefix.forced },
						maxOutputTokens: reservation.maxOutputTokens,
						cacheKey: `${environment.run}/${job}`,
						place: { run: environment.run, job, round: environment.round, turn },
					},
					signal,
					environment.onDelta,
				),
			);
			if (answer.kind === 'reply') {
				const { usage } = answer.reply;
				const usd = costOf(usage, facts?.prices(promptTokensOf(usage)) ?? null);
				await record([{ type: 'model.responded', job, turn, arm: name, reply: answer.reply, usd }]);
				if (discardReason(answer.reply) === null) return { kind: 'replied' };
				continue;
			}
			const { fault } = answer;
			const usd = unbilled.includes(fault.kind) ? 0 : null;
			await record([{ type: 'model.failed', job, turn, arm: name, fault: fault.kind, message: fault.message, usd }]);
			const failures = progress.failures.get(name) ?? [];
			if (describeFailures(name, failures) !== null) continue;
			const wait = retryDelay(
				failures.length,
				fault.retryAfterMs,
				`${environment.run}/${job}/${turn}/${failures.length}`,
			);
			if (wait > longestWaitMs) {
				delayed = new Fault('delayed', `${name}: ${fault.message}`, { cause: fault, retryAfterMs: wait });
				break;
			}
			if (clock.now() + wait >= budget.deadline) {
				return stop('out_of_budget', `the time for this job would be over before ${name} may be asked again`);
			}
			await clock.sleep(wait, signal);
		}
	}
	if (delayed !== null) throw delayed;
	return stop(outcome, reasons.length === 0 ? 'no model is left to ask' : reasons.join('; '));
}

function stop(outcome: Exclude<Outcome, 'done' | 'no_change'>, reason: string): Called {
	return { kind: 'stopped', outcome, reason };
}

/** The arm of this round alone once it answered: thinking and caches are bound to it. */
function armsLeft(progress: Progress, environment: AgentEnvironment, avoid: readonly string[]): readonly Arm[] {
	if (progress.arm !== null) return environment.arms.filter((arm) => formatArm(arm) === progress.arm);
	const models = avoid.map((name) => name.replace(/@.*$/, ''));
	const others = environment.arms.filter((arm) => !models.includes(`${arm.provider}/${arm.model}`));
	return others.some((arm) => environment.models.isConfigured(arm)) ? others : environment.arms;
}

async function attempt(
	complete: () => Promise<ModelReply>,
): Promise<{ kind: 'reply'; reply: ModelReply } | { kind: 'fault'; fault: ModelFault }> {
	try {
		return { kind: 'reply', reply: await complete() };
	} catch (error) {
		if (error instanceof ModelFault) return { kind: 'fault', fault: error };
		throw error;
	}
}

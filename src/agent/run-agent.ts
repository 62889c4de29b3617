import type { JournalEvent } from '../core/journal.ts';
import type { ToolCallBlock } from '../core/message.ts';
import type { AgentEnvironment } from './agent-environment.ts';
import type { AgentEnd, AgentTask } from './agent-task.ts';
import { callModel } from './call-model.ts';
import { isLastCall, lastCallText } from './last-call.ts';
import { Progress, type Turn } from './progress.ts';
import { runCalls } from './run-calls.ts';
import { buildSubmit, type Judged, judgeSubmission, parseSubmission } from './submission.ts';
import { recoverFiles } from './tools/commit-files.ts';
import type { Tool } from './tools/tool.ts';
import { buildToolbox } from './tools/toolbox.ts';

/** How much of each mishap in a row is put up with before the work is stopped. */
const patience = { nudges: 3, cuts: 3, pauses: 3, misformed: 5, repairs: 3 };

/** Turns before the limit at which the model is told. */
const lastTurns = 5;

/**
 * Drives a model through tools until it submits what the task asks for. Everything that happens is journaled first; given the
 * journal of an earlier start as `history`, it goes on where that one ended, with the same messages and nothing done twice.
 *
 * @throws Fault from the environment (lost lease, a full disk, a provider that asks for a long wait); the signal's reason when aborted.
 */
export async function runAgent<T>(task: AgentTask<T>, environment: AgentEnvironment): Promise<AgentEnd<T>> {
	const progress = new Progress(task.prompt, environment.turnsBefore);
	for (const entry of environment.history) progress.apply(entry.event);
	const record = async (events: JournalEvent[]) => {
		await environment.record(events);
		for (const event of events) progress.apply(event);
	};
	const toolbox = buildToolbox(task.tools);
	const tools = [...[...toolbox.values()].map((tool) => tool.spec), buildSubmit(task)].sort((a, b) =>
		a.name < b.name ? -1 : 1,
	);
	const prefix = {
		role: task.role,
		system: task.system,
		tools,
		forced: task.tools.length === 0 ? 'submit' : null,
		avoid: task.avoid ?? [],
	};
	const prefixBytes = Buffer.byteLength(JSON.stringify([prefix.system, prefix.tools]));
	await bringTree(task, toolbox, progress, environment, record);

	for (;;) {
		environment.signal.throwIfAborted();
		if (progress.turn !== null) {
			const end = await finishTurn(task, progress.turn, progress, toolbox, environment, record);
			if (end !== null) return end;
		}
		const last = isLastCall(progress, task.role, prefixBytes, environment);
		if (last && progress.turn?.told.includes(lastCallText) === false) {
			const { number } = progress.turn;
			await record([{ type: 'agent.told', job: environment.job, turn: number, text: lastCallText }]);
		}
		const called = await callModel(progress, last ? { ...prefix, forced: 'submit' } : prefix, environment, record);
		if (called.kind === 'stopped') return called;
	}
}

/** Puts the worktree into the state that the journal tells; at the first start, journals the state it is in. */
async function bringTree<T>(
	task: AgentTask<T>,
	toolbox: ReadonlyMap<string, Tool>,
	progress: Progress,
	environment: AgentEnvironment,
	record: (events: JournalEvent[]) => Promise<void>,
): Promise<void> {
	if (task.workspace === null || [...toolbox.values()].every((tool) => tool.effect === 'reads')) return;
	await recoverFiles(task.workspace.directory);
	if (progress.tree !== null) return task.workspace.restore(progress.tree);
	const treeSha = await task.workspace.save();
	await record([{ type: 'tree.saved', job: environment.job, turn: progress.turns, treeSha }]);
}

/** Answers every call of the turn and says what there is to say; the end of the work, or null to go on. */
async function finishTurn<T>(
	task: AgentTask<T>,
	turn: Turn,
	progress: Progress,
	toolbox: ReadonlyMap<string, Tool>,
	environment: AgentEnvironment,
	record: (events: JournalEvent[]) => Promise<void>,
): Promise<AgentEnd<T> | null> {
	await runCalls(turn, progress, toolbox, task.workspace, environment, record);
	const submitted = await takeSubmission(task, turn, environment, record);
	if (submitted !== null) return submitted;
	const reason = stopReason(progress);
	if (reason !== null) return { kind: 'stopped', outcome: 'failed', reason };
	if (turn.told.length > 0) return null;
	const texts = buildTold(turn, progress, environment.budget.turns);
	const { job } = environment;
	if (texts.length > 0) {
		await record(texts.map((text) => ({ type: 'agent.told', job, turn: turn.number, text })));
	}
	return null;
}

/** `submit` comes last: what is handed in is the state after the turn's other calls, and none of them may have failed. */
async function takeSubmission<T>(
	task: AgentTask<T>,
	turn: Turn,
	environment: AgentEnvironment,
	record: (events: JournalEvent[]) => Promise<void>,
): Promise<AgentEnd<T> | null> {
	const { job } = environment;
	for (const call of turn.calls) {
		if (call.name !== 'submit') continue;
		const known = turn.results.get(call.id);
		if (known?.isError === true) continue;
		const judged = await judge(task, turn, call, known !== undefined);
		if (known === undefined) {
			const text = judged.kind === 'accepted' ? 'accepted' : judged.text;
			const result = { type: 'tool_result' as const, id: call.id, text, isError: judged.kind === 'rejected' };
			const at = { job, turn: turn.number, call: call.id };
			await record([
				{ type: 'tool.started', ...at, tool: call.name, arguments: call.arguments },
				{ type: 'tool.ended', ...at, result, durationMs: 0 },
			]);
		}
		if (judged.kind !== 'accepted') continue;
		return { kind: 'submitted', value: judged.value, arm: turn.arm, turns: turn.number };
	}
	return null;
}

function judge<T>(
	task: AgentTask<T>,
	turn: Turn,
	call: ToolCallBlock,
	accepted: boolean,
): Judged<T> | Promise<Judged<T>> {
	if (accepted) return parseSubmission(task, call.arguments);
	if (turn.reply.stop === 'max_tokens') return cutSubmission;
	const failed = turn.calls.some((other) => other.name !== 'submit' && turn.results.get(other.id)?.isError === true);
	return failed ? earlySubmission : judgeSubmission(task, call.arguments);
}

const cutSubmission = {
	kind: 'rejected' as const,
	text: 'E_CUT not accepted: your reply was cut at its output limit. Submit again with less text.',
};
const earlySubmission = {
	kind: 'rejected' as const,
	text: 'E_EARLY not accepted: another call of this turn failed. Look at its result first, then submit again.',
};

function stopReason(progress: Progress): string | null {
	if (progress.rejected > patience.repairs) return `the submitted value was wrong ${progress.rejected} times`;
	if (progress.nudges > patience.nudges) return `the model did not call submit, although told ${patience.nudges} times`;
	if (progress.cuts > patience.cuts) return `${progress.cuts} replies in a row were cut at the output limit`;
	if (progress.pauses > patience.pauses) return `the provider paused ${progress.pauses} times in a row`;
	if (progress.misformed >= patience.misformed) {
		return `${progress.misformed} turns in a row had no call that could be understood`;
	}
	return progress.discipline.stopReason();
}

function buildTold(turn: Turn, progress: Progress, limit: number): string[] {
	const texts: string[] = [];
	if (turn.reply.stop === 'paused') return texts;
	if (turn.calls.length === 0) {
		texts.push(
			turn.reply.stop === 'max_tokens'
				? 'Your reply was cut at its output limit. Go on from there, with less at once.'
				: 'Nothing happens without a tool call. Go on with the work, or call submit if it is done.',
		);
	}
	texts.push(...progress.discipline.warnings());
	if (limit - turn.number === lastTurns) texts.push(`Only ${lastTurns} turns are left. Finish and call submit.`);
	return texts;
}

import type { JournalEvent } from '../core/journal.ts';
import type { ToolCallBlock } from '../core/message.ts';
import type { AgentEnvironment } from './agent-environment.ts';
import type { Workspace } from './agent-task.ts';
import type { Progress, Turn } from './progress.ts';
import type { Tool, ToolOutcome } from './tools/tool.ts';

/** Read-only calls that run at the same time. */
const together = 8;

/**
 * Answers the turn's calls that have no result yet, `submit` excepted. Neighbouring read-only calls run together, all others one
 * by one, with the tree saved after each; results are journaled in the order of the calls. Each result and what it did to the tree
 * are one append: a call whose result is in the journal is never run again, and one without is run again on the tree before it.
 */
export async function runCalls(
	turn: Turn,
	progress: Progress,
	toolbox: ReadonlyMap<string, Tool>,
	workspace: Workspace | null,
	environment: AgentEnvironment,
	record: (events: JournalEvent[]) => Promise<void>,
): Promise<void> {
	const open = turn.calls.filter((call) => call.name !== 'submit' && !turn.results.has(call.id));
	for (let next = 0; next < open.length; ) {
		environment.signal.throwIfAborted();
		const batch = takeBatch(open.slice(next), toolbox);
		next += batch.length;
		const { job } = environment;
		await record(
			batch.map((call) => ({
				type: 'tool.started',
				job,
				turn: turn.number,
				call: call.id,
				tool: call.name,
				arguments: call.arguments,
			})),
		);
		const ended = await Promise.all(
			batch.map(async (call) => {
				const startedAt = environment.clock.now();
				const outcome = await execute(call, turn, progress, toolbox, workspace, environment);
				return { call, outcome, durationMs: environment.clock.now() - startedAt };
			}),
		);
		environment.signal.throwIfAborted();
		const events: JournalEvent[] = [];
		if (workspace !== null && batch.some((call) => changes(toolbox.get(call.name)))) {
			const treeSha = await workspace.save();
			if (treeSha !== progress.tree) events.push({ type: 'tree.saved', job, turn: turn.number, treeSha });
		}
		for (const { call, outcome, durationMs } of ended) {
			if (outcome.kind === 'ok' && outcome.note !== undefined) {
				events.push({ type: 'agent.noted', job, turn: turn.number, text: outcome.note });
			}
			const result = {
				type: 'tool_result' as const,
				id: call.id,
				text: outcome.text,
				isError: outcome.kind === 'error',
			};
			events.push({ type: 'tool.ended', job, turn: turn.number, call: call.id, result, durationMs });
		}
		await record(events);
	}
}

function changes(tool: Tool | undefined): boolean {
	return tool !== undefined && tool.effect !== 'reads';
}

function takeBatch(calls: readonly ToolCallBlock[], toolbox: ReadonlyMap<string, Tool>): ToolCallBlock[] {
	const reads = calls.findIndex((call) => changes(toolbox.get(call.name)));
	return calls.slice(0, Math.max(1, Math.min(together, reads === -1 ? calls.length : reads)));
}

async function execute(
	call: ToolCallBlock,
	turn: Turn,
	progress: Progress,
	toolbox: ReadonlyMap<string, Tool>,
	workspace: Workspace | null,
	environment: AgentEnvironment,
): Promise<ToolOutcome> {
	if (turn.reply.stop === 'max_tokens') {
		return {
			kind: 'error',
			text: 'E_CUT not run: your reply was cut at its output limit, so this call may be incomplete. Send less at once.',
		};
	}
	const tool = toolbox.get(call.name);
	if (tool === undefined || workspace === null) {
		const names = [...toolbox.keys(), 'submit'].join(', ');
		return {
			kind: 'error',
			text: `E_TOOL there is no tool ${JSON.stringify(call.name.slice(0, 100))}. The tools are: ${names}.`,
		};
	}
	let args: unknown;
	try {
		args = JSON.parse(call.arguments === '' ? '{}' : call.arguments);
	} catch (error) {
		const why = error instanceof Error ? error.message : 'unreadable';
		return { kind: 'error', text: `E_JSON ${call.name}: the arguments are not JSON (${why}). Nothing was done.` };
	}
	return tool.execute(args, {
		workspace,
		snapshots: progress.snapshots,
		remainingMs: () => Math.max(1000, environment.budget.deadline - environment.clock.now()),
		signal: environment.signal,
	});
}

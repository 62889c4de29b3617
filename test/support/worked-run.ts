import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AgentTask, toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import { ImplementReport } from '../../src/core/implement.ts';
import type { JournalEntry, JournalEvent } from '../../src/core/journal.ts';
import type { ModelRequest } from '../../src/ports/model.ts';
import { createTestEnvironment } from './agent-journal.ts';
import { createLocalWorkspace } from './local-workspace.ts';
import { newRun } from './new-run.ts';
import { blueprintOf } from './plan.ts';
import { call, createScriptedModels, type ScriptedAnswer } from './scripted-model.ts';

export const sumFiles = {
	'src/sum.cjs': 'exports.sum = function (numbers) {\n  return numbers.reduce((a, b) => a - b, 0);\n};\n',
	'src/other.cjs': 'exports.other = 1;\n',
	'test/old.test.cjs': "const assert = require('node:assert');\nassert.ok(true);\nassert.equal(1, 1);\n",
};
export const sumTest = 'node --test test/sum.test.cjs';

/** The tag and the anchor of the line with `text`, as the newest result that shows it has them. */
export function anchorOf(request: ModelRequest, text: string): { tag: string; anchor: string } {
	const shown = request.messages.flatMap(({ blocks }) =>
		blocks.flatMap((block) => (block.type === 'tool_result' ? block.text.split('\n') : [])),
	);
	const at = shown.findLastIndex((line) => /^\d+\w\w:/.test(line) && line.includes(text));
	const head = shown.slice(0, at).findLast((line) => /^\[.+ @\w{6} /.test(line));
	return { tag: /@(\w{6}) /.exec(head ?? '')?.[1] ?? '', anchor: /^\d+\w\w/.exec(shown[at] ?? '')?.[0] ?? '' };
}

export function editLine(request: ModelRequest, path: string, text: string, lines: string[]): ScriptedAnswer {
	const { tag, anchor } = anchorOf(request, text);
	return call('edit', { files: [{ path, tag, edits: [{ op: 'replace', from: anchor, to: anchor, lines }] }] });
}

/** An implementer at its best: it looks, writes the test, sees it fail, mends the cause, sees it pass, claims what it saw. */
export const goodWork: ((request: ModelRequest) => ScriptedAnswer)[] = [
	() => call('read', { path: 'src/sum.cjs' }),
	() =>
		call('write', {
			path: 'test/sum.test.cjs',
			content:
				"const assert = require('node:assert');\nconst { sum } = require('../src/sum.cjs');\nassert.equal(sum([1, 2]), 3);\n",
		}),
	() => call('bash', { command: sumTest }),
	(request) => editLine(request, 'src/sum.cjs', 'a - b', ['  return numbers.reduce((a, b) => a + b, 0);']),
	() => call('bash', { command: sumTest }),
	() =>
		call('submit', {
			summary: 'The sum subtracted.',
			claims: [
				{ text: 'The planned test passes.', evidence: sumTest },
				{ text: 'Nobody relied on it.', evidence: null },
			],
		}),
];

/**
 * The journal of a run whose implementer is played by the real loop and the real tools on real files, with the plan before it and
 * jobs of others around it.
 */
export async function workedRun(
	turns: readonly ((request: ModelRequest) => ScriptedAnswer)[] = goodWork,
	files: Record<string, string> = sumFiles,
): Promise<JournalEntry[]> {
	const workspace = createLocalWorkspace();
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(workspace.directory, path)), { recursive: true });
		writeFileSync(join(workspace.directory, path), text);
	}
	const models = createScriptedModels(
		(request) => turns[request.place.turn - 1]?.(request) ?? call('note', { text: 'x' }),
	);
	const environment = createTestEnvironment(models);
	const task: AgentTask<ImplementReport> = {
		role: 'implement',
		system: 'You change code.',
		prompt: 'Mend the sum.',
		submit: ImplementReport,
		tools: toolNames,
		workspace,
	};
	await runAgent(task, { ...environment, budget: { ...environment.budget, turns: turns.length } });
	const { created } = newRun({ id: 'r1' });
	const blueprint = blueprintOf({
		files: [{ path: 'src/sum.cjs', why: 'the cause' }],
		tests: [{ name: 'it adds', file: 'test/sum.test.cjs', command: sumTest }],
	});
	return entries([
		created,
		{ type: 'job.started', job: 'plan', attempt: 1, round: 1, worker: 'w' },
		{ type: 'agent.started', job: 'plan', role: 'plan' },
		{ type: 'agent.noted', job: 'plan', turn: 1, text: 'a thought of the planner' },
		{ type: 'job.ended', job: 'plan', outcome: 'done', reason: '', outputs: { blueprint: { ...blueprint } } },
		{ type: 'job.started', job: 'implement', attempt: 1, round: 1, worker: 'w' },
		{ type: 'agent.started', job: 'implement', role: 'implement' },
		...environment.journal.map(({ event }) => event),
	]);
}

/** Events as the entries of one run, numbered anew. */
export function entries(events: readonly JournalEvent[]): JournalEntry[] {
	return events.map((event, index) => ({ run: 'r1', seq: index + 1, at: 1000 * (index + 1), event }));
}

/** The events of the call of a turn, from its start to its result. */
export function turnEvents(journal: readonly JournalEntry[], turn: number): JournalEvent[] {
	return journal.flatMap(({ event }) =>
		'turn' in event && event.job === 'implement' && event.turn === turn ? [event] : [],
	);
}

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AgentTask, toolNames } from '../../src/agent/agent-task.ts';
import { runAgent } from '../../src/agent/run-agent.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import { createTestEnvironment } from '../support/agent-journal.ts';
import { createLocalWorkspace, type LocalWorkspace } from '../support/local-workspace.ts';
import { createScriptedModels } from '../support/scripted-model.ts';

/** A job whose commands have effects that would show if they were done twice: `>>` appends. */
function createJob(workspace: LocalWorkspace) {
	const start = () => {
		for (const name of readdirSync(workspace.directory)) rmSync(join(workspace.directory, name), { recursive: true });
		mkdirSync(join(workspace.directory, 'src'));
		writeFileSync(join(workspace.directory, 'src/a.txt'), 'one\r\ntwo\r\n');
		writeFileSync(join(workspace.directory, 'log'), 'start\n');
	};
	const models = createScriptedModels((request) => {
		switch (request.place.turn) {
			case 1:
				return {
					say: 'Looking.',
					call: [
						{ tool: 'read', with: { path: 'src/a.txt' } },
						{ tool: 'glob', with: { pattern: '**' } },
					],
				};
			case 2: {
				const shown = JSON.stringify(request.messages.at(-1));
				const tag = /@(\w{6}) /.exec(shown)?.[1] ?? '';
				const anchor = /\\n(2\w\w):two/.exec(shown)?.[1] ?? '';
				const edits = [{ op: 'replace', from: anchor, to: anchor, lines: ['zwei', 'drei'] }];
				return { call: [{ tool: 'edit', with: { files: [{ path: 'src/a.txt', tag, edits }] } }] };
			}
			case 3:
				return {
					call: [
						{ tool: 'note', with: { text: 'it is german now' } },
						{ tool: 'bash', with: { command: 'echo ran >> log; cat src/a.txt' } },
						{ tool: 'replace_text', with: { path: 'src/a.txt', old: 'one', new: 'eins' } },
						{ tool: 'bash', with: { command: 'echo again >> log' } },
					],
				};
			case 4:
				return { say: 'I think that was it.' };
			case 5:
				return { call: [{ tool: 'submit', with: { summary: 4 } }] };
			default:
				return { call: [{ tool: 'submit', with: { summary: 'translated' } }] };
		}
	});
	const task: AgentTask<{ summary: string }> = {
		role: 'implement',
		system: 'You change code.',
		prompt: 'Translate.',
		submit: z.strictObject({ summary: z.string() }),
		tools: toolNames,
		workspace,
	};
	return { start, models, task };
}

function comparable(journal: readonly JournalEntry[]) {
	const events = journal.map((entry) => entry.event);
	return events.map((event) => (event.type === 'tool.ended' ? { ...event, durationMs: 0 } : event));
}

describe('a job that is cut off after any event of its journal', () => {
	it('ends in the same tree with the same messages and nothing journaled done twice', async () => {
		const workspace = createLocalWorkspace();
		const job = createJob(workspace);
		job.start();
		const whole = createTestEnvironment(job.models);
		const end = await runAgent(job.task, whole);
		expect(end).toMatchObject({ kind: 'submitted', value: { summary: 'translated' }, turns: 6 });
		const tree = await workspace.save();
		const file = readFileSync(join(workspace.directory, 'src/a.txt'), 'utf8');
		expect(file).toBe('eins\r\nzwei\r\ndrei\r\n');
		expect(readFileSync(join(workspace.directory, 'log'), 'utf8')).toBe('start\nran\nagain\n');
		const messages = job.models.requests.at(-1)?.messages;
		expect(whole.journal.length).toBeGreaterThan(30);

		for (let cut = 0; cut <= whole.journal.length; cut += 1) {
			const history = whole.journal.slice(0, cut);
			// What was done after the cut and before the crash is still in the worktree; with nothing saved yet, the stage makes it anew.
			if (history.some((entry) => entry.event.type === 'tree.saved')) {
				writeFileSync(join(workspace.directory, 'src/a.txt'), 'half written');
				writeFileSync(join(workspace.directory, 'log'), 'start\nran\nran\n');
				writeFileSync(join(workspace.directory, 'stray'), '');
			} else {
				job.start();
			}
			const asked = job.models.requests.length;
			const resumed = createTestEnvironment(job.models, { history });
			const again = await runAgent(job.task, resumed);
			expect(again, `cut after event ${cut}`).toEqual(end);
			expect(await workspace.save(), `cut after event ${cut}`).toBe(tree);
			if (job.models.requests.length > asked) {
				expect(job.models.requests.at(-1)?.messages, `cut after event ${cut}`).toEqual(messages);
			}
			const before = history.filter((entry) => entry.event.type === 'model.responded').length;
			expect(job.models.requests.length - asked).toBe(6 - before);
			// What was announced and not finished is announced again; all else is as in the unbroken run.
			const count = (type: string) => history.filter((entry) => entry.event.type === type).length;
			const open = count('tool.started') > count('tool.ended') || count('model.requested') > before;
			if (!open) {
				expect(comparable(resumed.journal), `cut after event ${cut}`).toEqual(comparable(whole.journal));
			}
		}
	});

	it('answers every call after an abort in the middle of a command', async () => {
		const workspace = createLocalWorkspace();
		const job = createJob(workspace);
		job.start();
		const controller = new AbortController();
		const run = workspace.run.bind(workspace);
		workspace.run = async (script, timeoutMs, signal) => {
			if (script.startsWith('echo ran')) controller.abort(new Error('shut down'));
			return run(script, timeoutMs, signal);
		};
		const first = createTestEnvironment(job.models, { signal: controller.signal });
		await expect(runAgent(job.task, first)).rejects.toThrow('shut down');
		workspace.run = run;
		const second = createTestEnvironment(job.models, { history: first.journal });
		expect(await runAgent(job.task, second)).toMatchObject({ kind: 'submitted' });
		const ids = (type: 'tool.started' | 'tool.ended') =>
			second.journal.flatMap(({ event }) => (event.type === type ? `${event.turn}/${event.call}` : []));
		expect(new Set(ids('tool.ended'))).toEqual(new Set(ids('tool.started')));
		expect(new Set(ids('tool.ended')).size).toBe(ids('tool.ended').length);
	});
});

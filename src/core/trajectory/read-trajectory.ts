import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Claim } from '../claim.ts';
import type { JournalEntry } from '../journal.ts';
import type { Role } from '../role.ts';
import { readFailure } from './failure-signature.ts';
import { FileKnowledge } from './file-knowledge.ts';
import { readRun } from './read-run.ts';
import type { Step } from './step.ts';
import { judgeTestRun } from './test-command.ts';

const Submission = z.object({ summary: z.string().default(''), claims: z.array(Claim).default([]) });
const Note = z.object({ text: z.string() });
const changing = new Set(['edit', 'replace_text', 'write']);

/**
 * What the agents of a role did, call by call, in the order of the journal. `known` are commands that run tests besides those
 * that are recognised by their name.
 */
export function readTrajectory(entries: readonly JournalEntry[], role: Role, known: ReadonlySet<string>): Step[] {
	const steps: Step[] = [];
	const roles = new Map<string, Role>();
	const trees = new Map<string, string>();
	const calls = new Map<string, { tool: string; arguments: string; tree: string | null }>();
	let agent = 0;
	let files = new FileKnowledge();
	for (const { seq, event } of entries) {
		if (event.type === 'agent.started') {
			roles.set(event.job, event.role);
			if (event.role !== role) continue;
			agent += 1;
			files = new FileKnowledge();
			continue;
		}
		if (!('job' in event) || event.job === null || roles.get(event.job) !== role) continue;
		if (event.type === 'tree.saved') trees.set(event.job, event.treeSha);
		if (event.type === 'tool.started') {
			const { tool } = event;
			const tree = trees.get(event.job) ?? null;
			calls.set(`${event.job}/${event.turn}/${event.call}`, { tool, arguments: event.arguments, tree });
		}
		if (event.type !== 'tool.ended') continue;
		const call = calls.get(`${event.job}/${event.turn}/${event.call}`);
		if (call === undefined) continue;
		const after = trees.get(event.job) ?? null;
		const { text, isError } = event.result;
		const at = { seq, agent, turn: event.turn, key: keyOf(call, text, after) };
		steps.push({ ...at, ...readCall({ ...call, after, text, isError }, files, known) });
	}
	return steps;
}

interface Ended {
	tool: string;
	arguments: string;
	tree: string | null;
	after: string | null;
	text: string;
	isError: boolean;
}

type Told<T> = T extends unknown ? Omit<T, 'seq' | 'agent' | 'turn' | 'key'> : never;

function readCall(call: Ended, files: FileKnowledge, known: ReadonlySet<string>): Told<Step> {
	const args = parseJson(call.arguments);
	if (changing.has(call.tool)) {
		if (call.isError) {
			files.learn(call.text);
			return { kind: 'rejected', tool: call.tool, code: /^E_[A-Z_]+/.exec(call.text)?.[0] ?? 'E_UNKNOWN' };
		}
		return { kind: 'edited', tool: call.tool, files: files.change(call.tool, args, call.text) };
	}
	if (call.tool === 'bash' && !call.isError) {
		const { command, exitCode, output } = readRun(call.arguments, call.text);
		files.hear(command, output);
		return {
			kind: 'ran',
			command,
			exitCode,
			output,
			before: call.tree,
			after: call.after,
			test: judgeTestRun({ command, exitCode, output }, known),
			failure: exitCode === 0 ? null : readFailure(output, exitCode === null ? 'killed' : `exit ${exitCode}`),
		};
	}
	if (call.tool === 'submit' && !call.isError) {
		const { summary, claims } = Submission.catch({ summary: '', claims: [] }).parse(args);
		return { kind: 'submitted', text: summary, claims };
	}
	if (call.tool === 'note') return { kind: 'noted', text: Note.catch({ text: '' }).parse(args).text };
	const shown = files.learn(call.text);
	if (shown.length === 0) return { kind: 'other', tool: call.tool };
	return { kind: 'saw', files: shown.map(({ path, lines }) => ({ path, lines: [...lines.keys()] })) };
}

function keyOf(call: { tool: string; arguments: string }, result: string, tree: string | null): string {
	const text = call.tool === 'bash' ? result.replace(/\d+/g, '0') : result;
	return createHash('sha256')
		.update([call.tool, JSON.stringify(parseJson(call.arguments)), text, tree ?? ''].join('\0'))
		.digest('base64');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Workspace } from '../../src/agent/agent-task.ts';
import { editTool } from '../../src/agent/tools/edit.ts';
import { readTool } from '../../src/agent/tools/read.ts';
import { replaceTextTool } from '../../src/agent/tools/replace-text.ts';
import { Snapshots } from '../../src/agent/tools/snapshots.ts';
import type { Tool } from '../../src/agent/tools/tool.ts';
import { encodeText, type TextCall } from './encode-text.ts';
import type { Attempt, Subject } from './subject.ts';
import type { LineEdit, Trial, TrialFile } from './trial.ts';

/** The tools as a model uses them, on real files: it reads what it needs, then the files drift, then it calls. */
class Session {
	readonly directory: string;
	readonly #snapshots = new Snapshots();
	readonly #made = new Set<string>();

	constructor(parent: string) {
		this.directory = mkdtempSync(path.join(parent, 'case-'));
	}

	write(name: string, text: string): void {
		const file = path.join(this.directory, name);
		if (!this.#made.has(name)) mkdirSync(path.dirname(file), { recursive: true });
		this.#made.add(name);
		writeFileSync(file, text);
	}

	text(name: string): string {
		return readFileSync(path.join(this.directory, name), 'utf8');
	}

	async use(tool: Tool, args: unknown) {
		const nothing = () => Promise.reject(new Error('this bench runs no commands'));
		const workspace: Workspace = {
			directory: this.directory,
			run: nothing,
			save: nothing,
			restore: nothing,
			keep: nothing,
		};
		const context = {
			workspace,
			snapshots: this.#snapshots,
			remainingMs: () => 60_000,
			signal: new AbortController().signal,
		};
		const outcome = await tool.execute(args, context);
		this.#snapshots.learn(outcome.text);
		return outcome;
	}

	/** Reads the lines around the hunks and gives the tag and the rows' anchors by index. */
	async read(file: TrialFile): Promise<{ tag: string; anchors: Map<number, string> }> {
		const anchors = new Map<number, string>();
		let tag = '';
		for (const hunk of file.hunks.length === 0 ? [{ start: 0, end: 1 }] : file.hunks) {
			for (let from = Math.max(1, hunk.start - 10); from <= hunk.end + 15; ) {
				const { kind, text } = await this.use(readTool, { path: file.path, from, lines: hunk.end + 16 - from });
				if (kind === 'error') break;
				tag = /@(\w+) /.exec(text)?.[1] ?? '';
				let shown = from;
				for (const match of text.matchAll(/^(\d+)([a-z][a-z2-9])[:~]/gm)) {
					anchors.set(Number(match[1]) - 1, `${match[1]}${match[2]}`);
					shown = Number(match[1]) + 1;
				}
				if (shown === from) break;
				from = shown;
			}
		}
		return { tag, anchors };
	}

	remove(): void {
		rmSync(this.directory, { recursive: true, force: true });
	}
}

function openDirectory(): { parent: string; close(): Promise<void> } {
	const parent = mkdtempSync(path.join(tmpdir(), 'bench-edit-'));
	return {
		parent,
		async close() {
			rmSync(parent, { recursive: true, force: true });
		},
	};
}

/** Our `edit`. */
export function createEditSubject(): Subject {
	const { parent, close } = openDirectory();
	return {
		name: 'edit',
		format: 'anchors',
		close,
		async attempt(trial) {
			const session = new Session(parent);
			try {
				return await attemptEdit(trial, session);
			} finally {
				session.remove();
			}
		},
	};
}

async function attemptEdit(trial: Trial, session: Session): Promise<Attempt | null> {
	const files = [];
	let otherTag = '';
	for (const file of trial.files) {
		session.write(file.path, file.shown);
		if (otherTag === '') {
			const other = { ...file, path: 'other-file.txt', hunks: [] };
			session.write(other.path, `${file.shown}\nthe other file\n`);
			otherTag = (await session.read(other)).tag;
		}
		const shown = await session.read(file);
		const edits: LineEdit[] = [];
		for (const hunk of file.hunks) {
			const edit = trial.line({ ...hunk, slip: { from: 0, to: 0 }, tag: 'own' }, file);
			if (edit === null) return null;
			edits.push(edit);
		}
		const tags = { own: shown.tag, invented: 'abcdef', 'of another file': otherTag };
		files.push({
			path: file.path,
			tag: tags[edits[0]?.tag ?? 'own'],
			edits: edits.map((edit) => renderEdit(edit, shown.anchors)),
		});
	}
	for (const file of trial.files) if (file.live !== file.shown) session.write(file.path, file.live);
	const first = await session.use(editTool, { files });
	const outcomes = [first];
	if (trial.sent === 'twice' && first.kind === 'ok') outcomes.push(await session.use(editTool, { files }));
	return {
		texts: trial.files.map((file) => session.text(file.path)),
		errors: outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.text] : [])),
		done: trial.files.map((file) => (first.kind === 'ok' ? file.hunks.length : 0)),
		bytes: Buffer.byteLength(JSON.stringify({ files })),
	};
}

function renderEdit(edit: LineEdit, anchors: ReadonlyMap<number, string>) {
	const name = (index: number, slip: number) => {
		const code = /^\d+(.*)$/.exec(anchors.get(index) ?? '')?.[1] ?? '';
		return `${index + slip + 1}${code}`;
	};
	if (edit.end === edit.start) {
		return { op: 'insert', after: edit.start === 0 ? 'BOF' : name(edit.start - 1, edit.slip.from), lines: edit.lines };
	}
	const range = { from: name(edit.start, edit.slip.from), to: name(edit.end - 1, edit.slip.to) };
	return edit.lines.length === 0 ? { op: 'delete', ...range } : { op: 'replace', ...range, lines: edit.lines };
}

/** Our `replace_text`. */
export function createReplaceTextSubject(): Subject {
	const { parent, close } = openDirectory();
	return {
		name: 'replace_text',
		format: 'text',
		close,
		async attempt(trial) {
			const calls = encodeText(trial);
			if (calls === null) return null;
			const session = new Session(parent);
			try {
				for (const file of trial.files) {
					session.write(file.path, file.shown);
					await session.read(file);
					if (file.live !== file.shown) session.write(file.path, file.live);
				}
				const send = async ({ path, old, fresh, broken }: TextCall) => {
					const allow = broken ? { allow: ['broken_syntax'] } : {};
					const outcome = await session.use(replaceTextTool, { path, old, new: fresh, ...allow });
					return outcome.kind === 'ok' ? null : outcome.text;
				};
				const sent = await sendAll(calls, trial, send);
				return { ...sent, texts: trial.files.map((file) => session.text(file.path)) };
			} finally {
				session.remove();
			}
		},
	};
}

/** Sends the calls in order; stops at the first that is refused, as a model would. `send` gives the refusal's text, or null. */
export async function sendAll<Call extends { path: string; old: string; fresh: string }>(
	calls: readonly (readonly Call[])[],
	trial: Trial,
	send: (call: Call) => Promise<string | null>,
): Promise<Omit<Attempt, 'texts'>> {
	const done = calls.map(() => 0);
	const errors: string[] = [];
	for (const [index, own] of calls.entries()) {
		for (const call of own) {
			if (errors.length > 0) break;
			const error = await send(call);
			if (error === null) done[index] = (done[index] ?? 0) + 1;
			else errors.push(error);
			if (trial.sent === 'twice' && error === null) await send(call);
		}
	}
	const bytes = calls
		.flat()
		.reduce(
			(sum, call) => sum + Buffer.byteLength(JSON.stringify({ path: call.path, old: call.old, new: call.fresh })),
			0,
		);
	return { done, errors, bytes };
}

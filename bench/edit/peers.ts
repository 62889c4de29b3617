import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { encodeChunks } from './encode-text.ts';
import { createTextSubject } from './exact-unique.ts';
import type { Attempt, Subject } from './subject.ts';
import type { LineEdit, TextEdit, Trial } from './trial.ts';

/**
 * Other makers' editing tools, as installed under `directory/node_modules`; those that are absent are named on standard error.
 * `npm install @mariozechner/pi-coding-agent @openai/codex @oh-my-pi/hashline bun` in an empty directory makes all of them.
 */
export async function findPeers(directory: string): Promise<Subject[]> {
	const at = (...parts: string[]) => path.join(path.resolve(directory), 'node_modules', ...parts);
	const pi = at('@mariozechner', 'pi-coding-agent', 'dist', 'core', 'tools', 'edit-diff.js');
	const codex = ['x64', 'arm64']
		.map((arch) => at('@openai', `codex-linux-${arch}`, 'vendor'))
		.flatMap((vendor) =>
			['x86_64', 'aarch64'].map((cpu) => path.join(vendor, `${cpu}-unknown-linux-musl`, 'bin', 'codex')),
		)
		.find((file) => existsSync(file));
	const hashline = at('@oh-my-pi', 'hashline');
	const bun = at('.bin', 'bun');
	const found: Subject[] = [];
	if (existsSync(pi)) found.push(await createPi(pi));
	else console.error('pi: not installed there');
	if (codex !== undefined) found.push(createCodex(codex));
	else console.error('codex: not installed there');
	if (existsSync(hashline) && existsSync(bun)) found.push(createHashline(bun, hashline));
	else console.error('hashline: not installed there, or no bun');
	return found;
}

/** The parts of pi's `edit` that decide, called in the order in which its tool calls them. */
interface PiEditDiff {
	detectLineEnding(content: string): '\r\n' | '\n';
	normalizeToLF(text: string): string;
	restoreLineEndings(text: string, ending: '\r\n' | '\n'): string;
	stripBom(content: string): { bom: string; text: string };
	applyEditsToNormalizedContent(
		content: string,
		edits: { oldText: string; newText: string }[],
		path: string,
	): { baseContent: string; newContent: string };
}

async function createPi(file: string): Promise<Subject> {
	const pi: PiEditDiff = await import(pathToFileURL(file).href);
	return createTextSubject('pi', (text, old, fresh, name) => {
		const { bom, text: content } = pi.stripBom(text);
		const edits = [{ oldText: old, newText: fresh }];
		const { baseContent, newContent } = pi.applyEditsToNormalizedContent(pi.normalizeToLF(content), edits, name);
		if (baseContent === newContent) throw new Error('no changes');
		return bom + pi.restoreLineEndings(newContent, pi.detectLineEnding(content));
	});
}

/** codex acts as `apply_patch` when it is called by that name. */
function createCodex(binary: string): Subject {
	const parent = mkdtempSync(path.join(tmpdir(), 'bench-edit-codex-'));
	const command = path.join(parent, 'apply_patch');
	symlinkSync(binary, command);
	let next = 0;
	return {
		name: 'codex',
		format: 'patch',
		async close() {
			rmSync(parent, { recursive: true, force: true });
		},
		async attempt(trial) {
			const patch = renderPatch(trial);
			if (patch === null) return null;
			const directory = path.join(parent, String(next));
			next += 1;
			for (const file of trial.files) {
				const place = path.join(directory, file.path);
				mkdirSync(path.dirname(place), { recursive: true });
				writeFileSync(place, file.live);
			}
			const errors: string[] = [];
			for (let times = trial.sent === 'twice' ? 2 : 1; times > 0 && errors.length === 0; times -= 1) {
				const result = spawnSync(command, [patch], { cwd: directory, encoding: 'utf8' });
				if (result.status !== 0) errors.push(result.stderr);
			}
			const texts = trial.files.map((file) => readFileSync(path.join(directory, file.path), 'utf8'));
			rmSync(directory, { recursive: true, force: true });
			return { texts, errors, done: trial.files.map(() => 0), bytes: Buffer.byteLength(patch) };
		},
	};
}

function renderPatch(trial: Trial): string | null {
	const lines = ['*** Begin Patch'];
	for (const file of trial.files) {
		const chunks = encodeChunks(trial, file);
		if (chunks === null) return null;
		lines.push(`*** Update File: ${file.path}`);
		for (const chunk of chunks) lines.push('@@', ...renderChunk(chunk));
	}
	return [...lines, '*** End Patch'].join('\n');
}

/** Lines around that differ between old and new are a removal and an addition here. */
function renderChunk({ lead, old, fresh, trail, freshLead, freshTrail }: TextEdit): string[] {
	const mark = (sign: string, lines: readonly string[]) => lines.map((line) => sign + line);
	// A slip in the old text only: a patch writes lines around once, and the file's own are kept.
	const after = freshTrail === undefined || freshTrail.length === trail.length ? null : freshTrail;
	const before = freshLead === undefined || freshLead.length === lead.length ? null : freshLead;
	return [
		...(before === null ? mark(' ', lead) : [...mark('-', lead), ...mark('+', before)]),
		...mark('-', old),
		...(after === null
			? [...mark('+', fresh), ...mark(' ', trail)]
			: [...mark('-', trail), ...mark('+', [...fresh, ...after])]),
	];
}

/** oh-my-pi's hashline runs under Bun only: a child answers one JSON line for each. */
function createHashline(bun: string, library: string): Subject {
	const child = spawn(bun, [path.join(import.meta.dirname, 'hashline-child.ts'), library], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		name: 'hashline',
		format: 'anchors',
		async close() {
			child.stdin.end();
		},
		async attempt(trial) {
			const sections: string[] = [];
			for (const file of trial.files) {
				const edits: LineEdit[] = [];
				for (const hunk of file.hunks) {
					const edit = trial.line({ ...hunk, slip: { from: 0, to: 0 }, tag: 'own' }, file);
					if (edit === null) return null;
					edits.push(edit);
				}
				sections.push(renderSection(file.path, edits));
			}
			const files = trial.files.map(({ path, shown, live }) => ({ path, shown, live }));
			child.stdin.write(`${JSON.stringify({ files, sections, times: trial.sent === 'twice' ? 2 : 1 })}\n`);
			const answer = await answers.next();
			if (answer.done === true) throw new Error('the hashline process ended');
			const { texts, errors }: { texts: string[]; errors: string[] } = JSON.parse(answer.value);
			const attempt: Attempt = {
				texts,
				errors,
				done: trial.files.map(() => 0),
				bytes: Buffer.byteLength(sections.join('\n')),
			};
			return attempt;
		},
	};
}

/** `TAG` stands for the tag that the child's store gives, `OTHER` for that of another file. */
function renderSection(name: string, edits: readonly LineEdit[]): string {
	const tags = { own: 'TAG', invented: '0F0F', 'of another file': 'OTHER' };
	const lines = [`[${name}#${tags[edits[0]?.tag ?? 'own']}]`];
	for (const { start, end, lines: fresh, slip } of edits) {
		const range = `${start + 1 + slip.from}.=${end + slip.to}`;
		if (fresh.length === 0) lines.push(`CUT ${range}`);
		else if (end > start) lines.push(`PUT ${range}:`);
		else lines.push(start === 0 ? 'PUT <1:' : `PUT >${start + slip.from}:`);
		lines.push(...fresh.map((line) => `+${line}`));
	}
	return lines.join('\n');
}

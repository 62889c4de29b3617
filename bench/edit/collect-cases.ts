import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { applyHunks, type CaseFile, type EditCase, type Hunk } from './edit-case.ts';
import type { Random } from './random.ts';

const languages: Record<string, string> = {
	'.ts': 'TypeScript',
	'.tsx': 'TypeScript',
	'.js': 'JavaScript',
	'.mjs': 'JavaScript',
	'.py': 'Python',
	'.go': 'Go',
	'.rs': 'Rust',
	'.java': 'Java',
	'.rb': 'Ruby',
	'.c': 'C',
};
const mostFiles = 4;
const mostHunks = 8;
const mostBytes = 200_000;

function git(repository: string, args: readonly string[], input = ''): Buffer {
	const result = spawnSync('git', ['-C', repository, ...args], { input, maxBuffer: 512 * 1024 * 1024 });
	if (result.status !== 0) throw new Error(`git ${args[0]} in ${repository}: ${result.stderr}`);
	return result.stdout;
}

/**
 * Up to `wanted` changes of source files from the commits of a repository's current branch, chosen by `random`; merges, binary
 * files, CRLF files and files over 200 kB are passed over. Reads only.
 */
export function collectCases(repository: string, wanted: number, random: Random): EditCase[] {
	const commits = git(repository, ['rev-list', '--no-merges', '--max-count=20000', 'HEAD']).toString().split('\n');
	const order = random.shuffle(commits.filter((commit) => commit !== ''));
	const name = path.basename(path.resolve(repository).replace(/\/(repo|\.git)$/, ''));
	const cases: EditCase[] = [];
	for (let next = 0; next < order.length && cases.length < wanted; next += 200) {
		const chunk = order.slice(next, next + 200);
		const log = git(
			repository,
			[
				'diff-tree',
				'--stdin',
				'-r',
				'-p',
				'-U0',
				'--no-renames',
				'--no-ext-diff',
				'--no-textconv',
				'--full-index',
				'--diff-filter=M',
			],
			`${chunk.join('\n')}\n`,
		);
		const blobs: { commit: string; path: string; before: string; after: string; hunks: Hunk[] }[] = [];
		for (const [commit, patch] of splitCommits(log.toString('latin1'))) blobs.push(...parsePatch(commit, patch));
		const texts = readBlobs(
			repository,
			blobs.flatMap((blob) => [blob.before, blob.after]),
		);
		for (const commit of chunk) {
			const files: CaseFile[] = [];
			const own = blobs.filter((blob) => blob.commit === commit);
			for (const blob of own) {
				const file = buildFile(blob.path, blob.hunks, texts.get(blob.before), texts.get(blob.after));
				if (file !== null) files.push(file);
			}
			cases.push(...buildCases(`${name}@${commit.slice(0, 10)}`, files));
			if (cases.length >= wanted) break;
		}
	}
	return cases.slice(0, wanted);
}

function splitCommits(log: string): [string, string][] {
	return log
		.split(/^(?=[0-9a-f]{40}\n)/m)
		.filter((part) => part !== '')
		.map((part) => [part.slice(0, 40), part.slice(41)]);
}

/** The modified files of a `-U0 --full-index` patch; the new lines are read from the blob later, since a patch has no bytes of its own. */
function parsePatch(commit: string, patch: string) {
	const files = [];
	for (const part of patch.split(/^(?=diff --git )/m)) {
		const index = /^index ([0-9a-f]{40})\.\.([0-9a-f]{40}) 100/m.exec(part);
		const name = /^\+\+\+ b\/(.+)$/m.exec(part)?.[1];
		if (index?.[1] === undefined || index[2] === undefined || name === undefined) continue;
		if (languages[path.extname(name)] === undefined) continue;
		const hunks: Hunk[] = [];
		for (const match of part.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)) {
			const removed = Number(match[2] ?? 1);
			const added = Number(match[4] ?? 1);
			const start = Number(match[1]) - (removed === 0 ? 0 : 1);
			const from = Number(match[3]) - (added === 0 ? 0 : 1);
			hunks.push({ start, end: start + removed, lines: [String(from), String(from + added)] });
		}
		if (hunks.length <= mostHunks) files.push({ commit, path: name, before: index[1], after: index[2], hunks });
	}
	return files;
}

function readBlobs(repository: string, ids: readonly string[]): Map<string, string> {
	const texts = new Map<string, string>();
	const output = git(repository, ['cat-file', '--batch'], `${[...new Set(ids)].join('\n')}\n`);
	for (let at = 0; at < output.length; ) {
		const end = output.indexOf(10, at);
		const [id = '', , size] = output.toString('latin1', at, end).split(' ');
		at = end + 1;
		if (size === undefined) continue;
		const bytes = output.subarray(at, at + Number(size));
		at += Number(size) + 1;
		if (bytes.length > mostBytes || bytes.includes(0) || bytes.includes(13)) continue;
		try {
			texts.set(id, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
		} catch {
			// Not UTF-8: no case.
		}
	}
	return texts;
}

function buildFile(name: string, ranges: readonly Hunk[], before?: string, after?: string): CaseFile | null {
	if (before === undefined || after === undefined || before === '' || after === '') return null;
	const lines = after.replace(/\n$/, '').split('\n');
	const hunks = ranges.map(({ start, end, lines: [from, to] }) => ({
		start,
		end,
		lines: lines.slice(Number(from), Number(to)),
	}));
	return applyHunks(before, hunks) === after ? { path: name, before, hunks } : null;
}

/** One case for the largest change with one hunk or several, and one for all files when there are a few. */
function buildCases(id: string, files: readonly CaseFile[]): EditCase[] {
	const cases: EditCase[] = [];
	const single = files.find((file) => file.hunks.length === 1);
	const several = files.find((file) => file.hunks.length > 1);
	if (single !== undefined) cases.push(describe(`${id}:${single.path}`, 'one hunk', [single]));
	if (several !== undefined) cases.push(describe(`${id}:${several.path}`, 'several hunks', [several]));
	if (files.length > 1 && files.length <= mostFiles) cases.push(describe(id, 'several files', [...files]));
	return cases;
}

function describe(id: string, shape: EditCase['shape'], files: CaseFile[]): EditCase {
	const changed = files
		.flatMap((file) => file.hunks)
		.reduce((sum, hunk) => sum + Math.max(hunk.lines.length, hunk.end - hunk.start), 0);
	const band = changed <= 1 ? '1' : changed <= 5 ? '2-5' : changed <= 20 ? '6-20' : changed <= 60 ? '21-60' : '61+';
	return { id, language: languages[path.extname(files[0]?.path ?? '')] ?? '', shape, band, files };
}

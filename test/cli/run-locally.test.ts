import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../src/cli/replay.ts';
import { runLocally, splitIssue } from '../../src/cli/run-locally.ts';
import { show } from '../../src/cli/show.ts';
import { withFactory } from '../../src/cli/with-factory.ts';
import { readFiles } from '../../src/demo/read-scenario.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { readSettings } from '../../src/settings.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { textOutput } from '../support/text-output.ts';

const data = 'src/demo/scenarios/green';
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: join(temporaryDirectory(), 'data') };
const repo = join(temporaryDirectory(), 'ms');

function git(...args: string[]): string {
	return execFileSync('git', ['-C', repo, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
		encoding: 'utf8',
	}).trim();
}

beforeAll(() => {
	for (const [path, file] of Object.entries(readFiles(green))) {
		mkdirSync(dirname(join(repo, path)), { recursive: true });
		writeFileSync(join(repo, path), typeof file === 'string' || file instanceof Uint8Array ? file : file.content);
	}
	git('init', '--quiet', '--initial-branch=main');
	git('add', '--all');
	git('commit', '--quiet', '--message=ms 2.0.0');
});

describe('a run on a local repository', () => {
	const request = {
		repo,
		issue: join(data, 'issue.md'),
		workflow: 'issue-to-pr',
		recording: join(data, 'recording.yml'),
	};
	let run = '';

	it('leaves a branch with the fix, the evidence as Markdown, and no trace in the worktree', async () => {
		const before = git('status', '--porcelain', '--branch');
		const output = textOutput('json');
		expect(await runLocally(environment, request, output), output.progress()).toBe(0);
		const ended = JSON.parse(output.result());
		run = ended.run;
		expect(ended).toMatchObject({ outcome: 'done', branch: `factory/issue-1-${run}` });
		const negative = `require('./index.js')('-1h')`;
		expect(git('status', '--porcelain', '--branch')).toBe(before);
		git('worktree', 'add', '--quiet', join(repo, '..', 'fixed'), ended.branch);
		const fixed = execFileSync(process.execPath, ['-p', negative], {
			cwd: join(repo, '..', 'fixed'),
			encoding: 'utf8',
		});
		expect(fixed.trim()).toBe('-3600000');
		const text = readFileSync(join(ended.directory, 'pull-request.md'), 'utf8');
		expect(text).toMatch(/evidence/i);
		expect(text).toContain('npm test');
	});

	it('is shown with its jobs, evidence and transcript', async () => {
		const output = textOutput();
		await withFactory(readSettings(environment, 'local'), environment, ({ runs }) =>
			show(runs, run, 'transcript', output),
		);
		for (const text of [
			'triage',
			'implement',
			'verify',
			'gate',
			'Evidence',
			'npm test',
			'How the implementer worked: ',
			'verified-at-end',
			'Transcript',
			'[replace_text]',
		]) {
			expect(output.result()).toContain(text);
		}
	});

	it('has a grade in its JSON, resting on entries of its journal', async () => {
		const output = textOutput('json');
		await withFactory(readSettings(environment, 'local'), environment, ({ runs }) =>
			show(runs, run, 'summary', output),
		);
		const { grade, entries } = JSON.parse(output.result());
		expect(grade).toMatchObject({ gates: [], score: expect.any(Number) });
		const at = new Map(entries.map((entry: { seq: number }) => [entry.seq, entry]));
		for (const { events } of grade.metrics) for (const seq of events) expect(at.has(seq)).toBe(true);
	});

	it('is played again from its journal with the same trees and outcomes', async () => {
		const output = textOutput('json');
		expect(await replay(environment, run, output), output.progress()).toBe(0);
		const { same, jobs } = JSON.parse(output.result());
		expect(same).toBe(true);
		expect(jobs.find(({ job }: { job: string }) => job === 'implement').now).toMatch(
			/^done, round 1 tree [0-9a-f]{12}$/,
		);
	});

	it('gives a recording that plays the same run again', async () => {
		const output = textOutput();
		await withFactory(readSettings(environment, 'local'), environment, ({ runs }) =>
			show(runs, run, 'recording', output),
		);
		const recording = join(temporaryDirectory(), 'recording.jsonl');
		writeFileSync(recording, output.result());
		const again = textOutput('json');
		expect(await runLocally(environment, { ...request, recording }, again), again.progress()).toBe(0);
		expect(JSON.parse(again.result()).run).not.toBe(run);
	});

	it('says what is wrong with the configuration before anything is done', async () => {
		git('switch', '--quiet', '--create', 'broken');
		const file = join(repo, '.github', 'dark-factory.yml');
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, 'version: 1\nlimitz:\n  usdPerRun: 5\n');
		git('add', '--all');
		git('commit', '--quiet', '--message=Break the configuration');
		const output = textOutput();
		expect(await runLocally(environment, request, output)).toBe(2);
		expect(output.progress()).toMatch(/dark-factory\.yml:2:1 limitz: .*limits/);
		expect(existsSync(join(environment.DATA_DIR, 'worktrees', `${run}-implement`))).toBe(false);
	});
});

it('takes the first line of an issue as its title', () => {
	expect(splitIssue('\n# It wobbles\n\nWhen windy.\n')).toEqual({
		title: 'It wobbles',
		body: '# It wobbles\n\nWhen windy.',
	});
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBubblewrapSandbox } from '../../../src/adapters/bubblewrap/bubblewrap-sandbox.ts';
import { type ToolName, toolNames, type Workspace } from '../../../src/agent/agent-task.ts';
import { Snapshots } from '../../../src/agent/tools/snapshots.ts';
import { buildToolbox } from '../../../src/agent/tools/toolbox.ts';
import { createSandboxSettings } from '../../support/sandbox-settings.ts';
import { isMissing } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const missing = spawnSync('bwrap', ['--version']).status === 0 ? null : 'bwrap is not installed';

function setUp() {
	const data = temporaryDirectory();
	const directory = join(data, 'worktrees', 'run-1');
	mkdirSync(join(directory, 'ignored'), { recursive: true });
	writeFileSync(join(directory, '.gitignore'), 'ignored\n');
	writeFileSync(join(directory, 'a.ts'), 'export const answer = 42;\n');
	writeFileSync(join(directory, 'ignored/b.ts'), 'answer\n');
	const sandbox = createBubblewrapSandbox(createSandboxSettings(data));
	const workspace: Workspace = {
		directory,
		run: (script, timeoutMs, signal) =>
			sandbox.run(
				{
					script,
					directory,
					writable: [],
					environment: { CI: 'true' },
					network: 'none',
					timeoutMs,
					outputLimit: 1_000_000,
				},
				signal,
			),
		save: async () => '',
		restore: async () => undefined,
		keep: async () => '',
	};
	const context = {
		workspace,
		snapshots: new Snapshots(),
		remainingMs: () => 60_000,
		signal: new AbortController().signal,
	};
	const toolbox = buildToolbox(toolNames);
	return async (tool: ToolName, args: unknown) => (await toolbox.get(tool)?.execute(args, context))?.text;
}

describe.skipIf(isMissing('bubblewrap', missing))('tools whose commands run in the real sandbox', () => {
	it('list and search there as anywhere', async () => {
		const use = setUp();
		expect(await use('glob', { pattern: '**' })).toBe('.gitignore\na.ts');
		expect(await use('grep', { pattern: 'answer\\b' })).toMatch(
			/^\[a\.ts @\w{6} 1-1\/1\]\n1\w\w:export const answer = 42;$/,
		);
	});

	it("run commands without the host's secrets", async () => {
		const use = setUp();
		expect(await use('bash', { command: 'echo "key: $ANTHROPIC_API_KEY"; echo new > c.ts' })).toBe(
			'[exit code 0]\nkey: \n',
		);
		expect(await use('read', { path: 'c.ts' })).toMatch(/^\[c\.ts @\w{6} 1-1\/1\]\n1\w\w:new$/);
	});
});

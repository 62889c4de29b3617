import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../workers/verify.ts';
import { StageHarness } from '../support/job-context.ts';
import { baseFiles, fix, implementedRun, plannedTest } from '../support/proven-run.ts';

describe('verify', () => {
	it('proves a change whose commands pass and whose planned test fails before and passes after', async () => {
		const harness = await implementedRun();
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'ended', outcome: 'done', outputs: { proven: true } });
		const records = harness.state.evidence?.records.map((one) => [one.name, one.on, one.exitCode, one.verdict]);
		expect(records).toEqual([
			['test', 'head', 0, 'as_expected'],
			['planned-test', 'head', 0, 'as_expected'],
			['planned-test', 'base', 1, 'as_expected'],
		]);
		expect(harness.state.evidence?.treeSha).toBe(harness.state.jobs.get('implement')?.outputs.treeSha);
	});

	it('stores the whole output under the digest that the record names', async () => {
		const harness = await implementedRun(fix, {
			policy: (policy) => Object.assign(policy.commands, { test: 'echo hello' }),
		});
		await harness.run(verify, 'verify');
		const record = harness.state.evidence?.records[0];
		const stored = harness.artifacts.get(record?.outputDigest ?? '');
		expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('hello\n');
		expect(record?.excerpt).toBe('hello');
	});

	it('says test by test what became of them, where the command prints a standard format', async () => {
		const tap = "if grep -q false src/widget.js; then echo 'ok 1 - stands'; else echo 'not ok 1 - stands'; fi";
		const test = `echo 'TAP version 13'; ${tap}; echo '1..1'; grep -q false src/widget.js`;
		const harness = await implementedRun({ ...fix, 'test/widget.sh': `${test}\n` });
		await harness.run(verify, 'verify');
		const moved = [{ name: 'stands', movement: 'newly-passing' }];
		expect(harness.state.evidence?.tests).toMatchObject([{ name: 'planned-test', passed: 1, failed: 0, moved }]);
	});

	it('sends back what fails on the head and passes on the base, with the output', async () => {
		const harness = await implementedRun({ ...fix, 'check.sh': 'echo broken by me; exit 3\n' });
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'sent_back', to: 'implement', feedback: { from: 'verify' } });
		if (end.kind !== 'sent_back') return;
		expect(end.feedback.summary).toContain('exit code 3');
		expect(end.feedback.details).toContain('broken by me');
	});

	it('lets a check that fails on the base too block nothing and prove nothing', async () => {
		const harness = await implementedRun(fix, {
			policy: (policy) => Object.assign(policy.commands, { lint: 'exit 7' }),
		});
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'ended', outcome: 'done', outputs: { proven: false } });
		expect(harness.state.evidence?.gaps.join()).toContain('fails on the base too');
	});

	it('sends back a planned test that passes on the base already', async () => {
		const harness = await implementedRun({ ...fix, 'test/widget.sh': 'exit 0\n' });
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'sent_back' });
		if (end.kind === 'sent_back') expect(end.feedback.summary).toContain('passes on the base already');
	});

	it('sends back a setup that the change broke', async () => {
		const setup = 'test ! -f broken';
		const harness = await implementedRun(
			{ ...fix, broken: '' },
			{ policy: (policy) => Object.assign(policy.commands, { setup }) },
		);
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'sent_back' });
		if (end.kind === 'sent_back') expect(end.feedback.summary).toMatch(/^setup fails/);
	});

	it('gives the network of setup to setup alone', async () => {
		const harness = await implementedRun(fix, {
			policy: (policy) => Object.assign(policy.commands, { setup: 'true' }),
		});
		await harness.run(verify, 'verify');
		const networks = harness.sandbox.commands.map(({ script, network }) => [script, network]);
		expect(networks.filter(([script]) => script === 'true')).toEqual([
			['true', { hosts: 'registries' }],
			['true', { hosts: 'registries' }],
		]);
		expect(networks.filter(([script]) => script !== 'true').every(([, network]) => network === 'none')).toBe(true);
	});

	it('reads the commands from the manifest of the base when the config names none, and says so', async () => {
		const files = { ...baseFiles, Makefile: 'test:\n\tsh check.sh\n' };
		const harness = await implementedRun(fix, { files, policy: (policy) => Object.assign(policy, { commands: {} }) });
		await harness.run(verify, 'verify');
		expect(harness.state.evidence?.records[0]).toMatchObject({ command: 'make test', source: 'manifest' });
		expect(harness.state.evidence?.gaps.join()).toContain('read from Makefile');
	});

	it('ends as not proven when there is nothing to run at all', async () => {
		const options = { policy: (policy: { commands: object }) => Object.assign(policy, { commands: {} }) };
		const harness = await implementedRun(fix, options, { tests: [] });
		const end = await harness.run(verify, 'verify');
		expect(end).toMatchObject({ kind: 'ended', outcome: 'done', outputs: { proven: false } });
		expect(harness.state.evidence?.records).toEqual([]);
		expect(harness.state.evidence?.gaps.join()).toContain('No tests');
	});

	it('takes a setup that succeeds for no proof', async () => {
		const options = {
			policy: (policy: { commands: object }) => Object.assign(policy, { commands: { setup: 'true' } }),
		};
		const harness = await implementedRun(fix, options, { tests: [] });
		expect(await harness.run(verify, 'verify')).toMatchObject({ outcome: 'done', outputs: { proven: false } });
		expect(harness.state.evidence?.records).toMatchObject([{ name: 'setup', verdict: 'as_expected' }]);
	});

	it('proves the head of a pull request and never sends a person back', async () => {
		const harness = await StageHarness.create({
			files: baseFiles,
			workflow: 'evaluate-pr',
			policy: (policy) => Object.assign(policy, { commands: { test: 'exit 1', lint: 'test -f README.md' } }),
			frozen: (frozen) => {
				frozen.subject.kind = 'pull_request';
				frozen.head = { sha: frozen.baseSha, ref: 'topic', fork: false };
			},
		});
		const end = await harness.run(verify, 'verify', { tree: 'pull-request' });
		expect(end).toMatchObject({ kind: 'ended', outcome: 'done', outputs: { proven: false } });
		expect(harness.state.evidence?.treeSha).toBe(await harness.git.treeOf(harness.frozen.baseSha));
	});

	it('lets a planned test that has to be executable be so on the base too', async () => {
		const run = { ...plannedTest, command: './test/widget.sh' };
		const harness = await implementedRun(fix, {}, { tests: [run] });
		const worktree = await harness.git.checkOut(harness.frozen.baseSha, 'executable');
		mkdirSync(join(worktree.directory, 'test'));
		writeFileSync(join(worktree.directory, 'test/widget.sh'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
		const treeSha = await harness.git.save(worktree, harness.frozen.baseSha);
		harness.end('implement', { treeSha, summary: '', claims: [], arm: 'maker/one' });
		const end = await harness.run(verify, 'verify');
		if (end.kind === 'sent_back') expect(end.feedback.summary).toContain('passes on the base already');
		else expect(end.kind).toBe('sent_back');
	});

	it('gives a planned test its helpers on the base, so that it does not fail for want of them', async () => {
		const helped = { ...fix, 'test/widget.sh': '. test/helper.sh\nholds\n', 'test/helper.sh': 'holds() { true; }\n' };
		const harness = await implementedRun(helped);
		const end = await harness.run(verify, 'verify');
		if (end.kind === 'sent_back') expect(end.feedback.summary).toContain('passes on the base already');
		else expect(end.kind).toBe('sent_back');
	});

	it('runs the planned test file of the head on the base, not what the base has of it', async () => {
		const files = { ...baseFiles, 'test/widget.sh': 'exit 0\n' };
		const harness = await implementedRun(fix, { files }, { tests: [plannedTest] });
		expect(await harness.run(verify, 'verify')).toMatchObject({ outputs: { proven: true } });
	});
});

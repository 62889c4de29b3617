import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { publish } from '../../workers/publish.ts';
import { verify } from '../../workers/verify.ts';
import type { StageHarness } from '../support/job-context.ts';
import { baseFiles, fix, implement, implementedRun, publishedRun } from '../support/proven-run.ts';

async function prepared(...given: Parameters<typeof implementedRun>): Promise<StageHarness> {
	const harness = await implementedRun(...given);
	await harness.run(verify, 'verify');
	harness.end('review', {
		decision: 'pass',
		findings: [{ path: 'src/widget.js', line: 1, problem: 'a nit', why: 'taste' }],
	});
	return harness;
}

/** The gate sends the work back, and a second attempt is proven. */
async function sendBack(harness: StageHarness): Promise<void> {
	const feedback = { from: 'gate', summary: 'red', details: '' };
	harness.start('gate');
	harness.append({ type: 'job.sent_back', job: 'gate', to: 'implement', feedback, outputs: {} });
	await implement(harness, { ...fix, 'README.md': 'again\n' });
	await harness.run(verify, 'verify');
	harness.end('review', { decision: 'pass', findings: [] });
}

const written = ['createCommit', 'putBranch', 'createPull', 'createComment'] as const;

describe('publish', () => {
	it('offers exactly the proven tree on one branch and one pull request', async () => {
		const { harness, number } = await publishedRun();
		const pull = harness.forge.pulls.get(number);
		expect(pull?.headRef).toBe('factory/issue-1-r0000000a1');
		const commit = harness.forge.commits.get(pull?.headSha ?? '');
		expect(commit?.treeSha).toBe(harness.state.evidence?.treeSha);
		expect(commit?.parents).toEqual([harness.frozen.baseSha]);
		expect(commit?.message).toContain('Co-authored-by: ada <583231+ada@users.noreply.github.com>');
		expect(commit?.message).not.toMatch(/#\d/);
		expect(pull?.body).toContain('Fixes #1');
		expect(pull?.body).toContain(pull?.headSha.slice(0, 12));
	});

	it('resumes after a lost answer to the making of the pull request with one pull request', async () => {
		const harness = await prepared();
		harness.forge.failNext('createPull', new Fault('transient', 'answered 502'), 'after');
		await expect(harness.run(publish, 'publish')).rejects.toThrow('502');
		expect(await harness.run(publish, 'publish')).toMatchObject({ kind: 'ended', outcome: 'done' });
		expect(harness.forge.pulls.size).toBe(1);
	});

	it('makes the same commit again after a lost answer to the commit', async () => {
		const harness = await prepared();
		harness.forge.failNext('createCommit', new Fault('transient', 'answered 502'), 'after');
		await expect(harness.run(publish, 'publish')).rejects.toThrow('502');
		harness.now += 60_000;
		await harness.run(publish, 'publish');
		expect(harness.forge.commits.size).toBe(2);
	});

	it('puts a later round on top of the commit of the earlier one', async () => {
		const { harness, number } = await publishedRun();
		const first = harness.forge.pulls.get(number)?.headSha;
		await sendBack(harness);
		expect(await harness.run(publish, 'publish')).toMatchObject({ outcome: 'done', outputs: { pullRequest: number } });
		const pull = harness.forge.pulls.get(number);
		expect(harness.forge.commits.get(pull?.headSha ?? '')?.parents).toEqual([first]);
		expect(harness.forge.commits.get(pull?.headSha ?? '')?.treeSha).toBe(harness.state.evidence?.treeSha);
		expect(pull?.body).toContain('README.md');
	});

	it('leaves the work of a person who pushed to the branch alone', async () => {
		const { harness } = await publishedRun();
		harness.forge.commitFiles('factory/issue-1-r0000000a1', { 'mine.txt': 'mine\n' });
		await sendBack(harness);
		expect(await harness.run(publish, 'publish')).toMatchObject({ kind: 'ended', outcome: 'needs_human' });
	});

	it.each([
		['merged', 'cancelled'],
		['closed', 'needs_human'],
	])('pushes nothing behind a pull request that a person %s meanwhile', async (how, outcome) => {
		const { harness, number } = await publishedRun();
		Object.assign(harness.forge.pulls.get(number) ?? {}, { state: 'closed', merged: how === 'merged' });
		await sendBack(harness);
		expect(await harness.run(publish, 'publish')).toMatchObject({ outcome, reason: expect.stringContaining(how) });
		expect(harness.forge.count('createCommit')).toBe(1);
	});

	// Without a date GitHub dates a commit itself: https://docs.github.com/rest/git/commits#create-a-commit
	it.each([
		['first', 'createCommit'],
		['first', 'putBranch'],
		['first', 'createPull'],
		['second', 'createCommit'],
		['second', 'putBranch'],
		['second', 'updatePull'],
	] as const)(
		'resumes its %s round after a lost answer to %s, though each commit is another',
		async (round, method) => {
			const harness = await prepared();
			const createCommit = harness.forge.createCommit.bind(harness.forge);
			harness.forge.createCommit = (one) => createCommit({ ...one, date: new Date(harness.now).toISOString() });
			if (round === 'second') {
				await harness.run(publish, 'publish');
				await sendBack(harness);
			}
			harness.forge.failNext(method, new Fault('transient', 'answered 502'), 'after');
			await expect(harness.run(publish, 'publish')).rejects.toThrow('502');
			harness.now += 60_000;
			const end = await harness.run(publish, 'publish');
			const [pull, ...more] = [...harness.forge.pulls.values()];
			expect(more).toEqual([]);
			expect(end).toMatchObject({ outcome: 'done', outputs: { headSha: pull?.headSha } });
			expect(harness.forge.branches.get('factory/issue-1-r0000000a1')).toBe(pull?.headSha);
			expect(pull?.body).toContain(pull?.headSha);
		},
	);

	it('opens a draft where the policy says so', async () => {
		const { harness, number } = await publishedRun(fix, {
			policy: (policy) => Object.assign(policy.pullRequest, { draft: true }),
		});
		expect(harness.forge.pulls.get(number)?.draft).toBe(true);
	});

	it('refuses evidence of another tree than the one that was implemented', async () => {
		const harness = await prepared();
		harness.end('implement', {
			treeSha: await harness.tree({ 'README.md': 'other\n' }),
			summary: '',
			claims: [],
			arm: 'maker/one',
		});
		await expect(harness.run(publish, 'publish')).rejects.toThrow('no evidence of tree');
	});

	it.each([
		['too many lines', { 'long.txt': 'x\n'.repeat(501) }, 'limits.changedLines'],
		['a forbidden path', { 'secret/plan.txt': 'x' }, 'secret/plan.txt'],
		['a name that differs only in letter case', { 'readme.md': 'x' }, 'letter case'],
	])('blocks %s and writes nothing', async (_, files, named) => {
		const options = {
			policy: (policy: { paths: { forbidden: string[] } }) => Object.assign(policy.paths, { forbidden: ['secret/**'] }),
		};
		const harness = await prepared({ ...fix, ...files }, options);
		const end = await harness.run(publish, 'publish');
		expect(end).toMatchObject({ kind: 'ended', outcome: 'blocked' });
		if (end.kind === 'ended') expect(end.reason).toContain(named);
		expect(written.map((method) => harness.forge.count(method))).toEqual([0, 0, 0, 0]);
	});

	it('blocks a secret that the change adds, naming the place and not the value', async () => {
		const value = 'hunter2-hunter2';
		const secrets = {
			scan: async (texts: { where: string; text: string }[]) =>
				texts.flatMap(({ where, text }) =>
					text
						.split('\n')
						.flatMap((line, index) => (line.includes(value) ? [{ where, line: index + 1, rule: 'password' }] : [])),
				),
		};
		const files = { ...baseFiles, 'old.txt': `${value}\n` };
		const harness = await prepared(
			{ ...fix, 'old.txt': `${value}\nmore\n`, 'new.txt': `a\n${value}\n` },
			{ files, secrets },
		);
		const end = await harness.run(publish, 'publish');
		expect(end).toMatchObject({ outcome: 'blocked' });
		if (end.kind !== 'ended') return;
		expect(end.reason).toContain('new.txt:2 (password)');
		expect(end.reason).not.toContain(value);
		expect(written.map((method) => harness.forge.count(method))).toEqual([0, 0, 0, 0]);
	});

	it('moves what does not fit into follow-up comments', async () => {
		const claims = Array.from({ length: 400 }, (_, index) => ({
			text: `claim ${index} ${'x'.repeat(400)}`,
			evidence: null,
		}));
		const harness = await prepared();
		const outputs = harness.state.jobs.get('implement')?.outputs ?? {};
		Object.assign(outputs, { claims });
		const end = await harness.run(publish, 'publish');
		const number = end.kind === 'ended' ? Number(end.outputs.pullRequest) : 0;
		const texts = [
			harness.forge.pulls.get(number)?.body ?? '',
			...(harness.forge.commentsOf.get(number) ?? []).map((one) => one.body),
		];
		expect(texts.length).toBeGreaterThan(2);
		expect(texts.every((text) => text.length < 65_536)).toBe(true);
		expect(claims.every(({ text }) => texts.some((part) => part.includes(text.slice(0, 12))))).toBe(true);
	});
});

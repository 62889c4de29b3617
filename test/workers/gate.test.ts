import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.ts';
import type { Conclusion } from '../../src/ports/forge/checks.ts';
import { evaluate } from '../../workers/evaluate.ts';
import { gate } from '../../workers/gate.ts';
import { publish } from '../../workers/publish.ts';
import { verify } from '../../workers/verify.ts';
import type { StageHarness } from '../support/job-context.ts';
import { fix, implement, judgedRun } from '../support/proven-run.ts';

const auto = { policy: (policy: Policy) => Object.assign(policy.gate, { merge: 'auto' }) };

function check(
	harness: StageHarness,
	number: number,
	name: string,
	conclusion: Conclusion | null,
	app: string | null = 'ci',
) {
	const sha = harness.forge.pulls.get(number)?.headSha ?? '';
	const status = conclusion === null ? ('in_progress' as const) : ('completed' as const);
	const one = { name, app, own: false, status, conclusion, summary: `${name}: line 3 is wrong`, url: null };
	const others = (harness.forge.foreignChecks.get(sha) ?? []).filter((other) => other.name !== name);
	harness.forge.foreignChecks.set(sha, [...others, one]);
}

function gateCheck(harness: StageHarness) {
	return harness.forge.checkRuns.find((run) => run.name === 'dark-factory/gate');
}

const run = (harness: StageHarness, number: number) => harness.run(gate, 'gate', { pullRequest: number });

describe('gate', () => {
	it('passes what is proven and judged well, and leaves the merge to a person', async () => {
		const { harness, number } = await judgedRun();
		expect(await run(harness, number)).toMatchObject({ outcome: 'done', outputs: { decision: 'pass', merged: false } });
		expect(gateCheck(harness)).toMatchObject({ status: 'completed', conclusion: 'success' });
		expect(harness.forge.count('merge')).toBe(0);
	});

	it('merges the judged head where the policy says so', async () => {
		const { harness, number } = await judgedRun(9, auto);
		const head = harness.forge.pulls.get(number)?.headSha;
		expect(await run(harness, number)).toMatchObject({ outcome: 'done', outputs: { merged: true } });
		expect(harness.forge.pulls.get(number)?.merged).toBe(true);
		const [, options] = harness.forge.calls.find((call) => call.method === 'merge')?.arguments ?? [];
		expect(options).toMatchObject({ sha: head });
	});

	it('merges once when the answer to the merge was lost', async () => {
		const { harness, number } = await judgedRun(9, auto);
		harness.forge.failNext('merge', new Error('answered 502'), 'after');
		await expect(run(harness, number)).rejects.toThrow('502');
		expect(await run(harness, number)).toMatchObject({ outcome: 'done', outputs: { merged: true } });
		expect(harness.forge.count('merge')).toBe(1);
	});

	it('never merges by itself what its own implementer judged', async () => {
		const { harness, number } = await judgedRun(9, auto);
		const outputs = harness.state.jobs.get('evaluate')?.outputs ?? {};
		Object.assign(outputs.verdict ?? {}, { independent: false });
		expect(await run(harness, number)).toMatchObject({ outcome: 'done', outputs: { merged: false } });
		expect(harness.forge.count('merge')).toBe(0);
	});

	it('waits for a running check and looks again by itself', async () => {
		const { harness, number } = await judgedRun();
		check(harness, number, 'build', null);
		const end = await run(harness, number);
		expect(end).toMatchObject({ kind: 'waiting', signals: ['look', 'approve', 'reject'] });
		if (end.kind === 'waiting') expect(end.until).toBeGreaterThan(harness.now);
		expect(gateCheck(harness)).toMatchObject({ status: 'in_progress' });
		check(harness, number, 'build', 'success');
		expect(await run(harness, number)).toMatchObject({ outcome: 'done' });
		expect(gateCheck(harness)).toMatchObject({ status: 'completed', conclusion: 'success' });
	});

	it('sends a red check back with what it says', async () => {
		const { harness, number } = await judgedRun();
		check(harness, number, 'build', 'failure');
		const end = await run(harness, number);
		expect(end).toMatchObject({ kind: 'sent_back', to: 'implement' });
		if (end.kind === 'sent_back') expect(end.feedback.details).toContain('line 3 is wrong');
	});

	it('waits for checks that workflows promise and that have not reported yet, for a while', async () => {
		const files = {
			'src/widget.js': 'exports.wobble = true;\n',
			'check.sh': 'true\n',
			'.github/workflows/ci.yml': 'on: push\n',
		};
		const { harness, number } = await judgedRun(9, { files });
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		harness.now += 4 * 60_000;
		expect(await run(harness, number)).toMatchObject({ outcome: 'done' });
	});

	it('waits for a person when protected paths are touched, and takes the word of a writer on this head', async () => {
		const options = { policy: (policy: Policy) => Object.assign(policy.paths, { protected: ['src/**'] }) };
		const { harness, number } = await judgedRun(9, options);
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		harness.signal('approve', 'mallory');
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		harness.forge.permissions.set('ada', 'write');
		harness.signal('approve', 'ada');
		expect(await run(harness, number)).toMatchObject({ outcome: 'done' });
	});

	it('takes a review as an approval', async () => {
		const { harness, number } = await judgedRun(9, {
			policy: (policy) => Object.assign(policy.gate, { humanApprovals: 1 }),
		});
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		const commitSha = harness.forge.pulls.get(number)?.headSha ?? '';
		harness.forge.permissions.set('bob', 'maintain');
		const review = {
			author: 'bob',
			authorIsBot: false,
			state: 'approved' as const,
			commitSha,
			submittedAt: '2026-01-02',
		};
		harness.forge.reviewsOf.set(number, [review]);
		expect(await run(harness, number)).toMatchObject({ outcome: 'done' });
	});

	it('ends as refused when a writer rejects', async () => {
		const { harness, number } = await judgedRun();
		harness.forge.permissions.set('ada', 'write');
		harness.signal('reject', 'ada', 'not like this');
		expect(await run(harness, number)).toMatchObject({ outcome: 'refused' });
	});

	it('makes a draft ready once everything else is there, and merges it', async () => {
		const options = {
			policy: (policy: Policy) => {
				policy.pullRequest.draft = true;
				policy.gate.merge = 'auto';
			},
		};
		const { harness, number } = await judgedRun(9, options);
		check(harness, number, 'build', null);
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		expect(harness.forge.pulls.get(number)?.draft).toBe(true);
		check(harness, number, 'build', 'success');
		expect(await run(harness, number)).toMatchObject({ outputs: { merged: true } });
	});

	it('respects a person who makes it a draft', async () => {
		const { harness, number } = await judgedRun(9, auto);
		Object.assign(harness.forge.pulls.get(number) ?? {}, { draft: true });
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		expect(harness.forge.count('markReady')).toBe(0);
	});

	it('asks for a new verdict when the base moved', async () => {
		const { harness, number } = await judgedRun(9, auto);
		harness.forge.commitFiles('main', { 'other.txt': 'x\n' });
		expect(await run(harness, number)).toMatchObject({ kind: 'sent_back', to: 'evaluate' });
		expect(harness.forge.count('merge')).toBe(0);
	});

	it('lets a moved base wait for the person who is asked anyway, and judges again once', async () => {
		const options = { policy: (policy: Policy) => Object.assign(policy.paths, { protected: ['src/**'] }) };
		const { harness, number } = await judgedRun(9, options);
		harness.forge.commitFiles('main', { 'other.txt': 'x\n' });
		expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		expect(gateCheck(harness)).toMatchObject({ status: 'in_progress' });
		harness.forge.permissions.set('ada', 'write');
		harness.signal('approve', 'ada');
		expect(await run(harness, number)).toMatchObject({ kind: 'sent_back', to: 'evaluate' });
	});

	it('judges a draft again whose base moved', async () => {
		const { harness, number } = await judgedRun(9, {
			policy: (policy) => Object.assign(policy.pullRequest, { draft: true }),
		});
		harness.forge.commitFiles('main', { 'other.txt': 'x\n' });
		expect(await run(harness, number)).toMatchObject({ kind: 'sent_back', to: 'evaluate' });
	});

	it('needs a person for a score that stays too low, and says what was tried', async () => {
		const options = { policy: (policy: Policy) => Object.assign(policy.limits, { repairRounds: 1 }) };
		const { harness, number } = await judgedRun(4, options);
		await implement(harness, { ...fix, 'README.md': 'Still widgets\n' });
		await harness.run(verify, 'verify');
		harness.end('review', { decision: 'pass', findings: [] });
		await harness.run(publish, 'publish');
		await harness.run(evaluate, 'evaluate', { pullRequest: number });
		await run(harness, number);
		const { outcome, reason } = harness.state.jobs.get('gate') ?? {};
		expect(outcome).toBe('needs_human');
		expect(reason).toMatch(/^The score falls short: total .* Sent back before: 1\. evaluate: The score falls short/);
		expect(gateCheck(harness)).toMatchObject({ conclusion: 'failure' });
	});

	it('tries a refused merge again a few times, then asks a person', async () => {
		const { harness, number } = await judgedRun(9, auto);
		harness.forge.notMergeable = 'Base branch was modified';
		for (let time = 1; time <= 3; time += 1) expect(await run(harness, number)).toMatchObject({ kind: 'waiting' });
		expect(await run(harness, number)).toMatchObject({ outcome: 'needs_human' });
	});

	it('says what it merged as, and writes it down, when it died right after the merge', async () => {
		const { harness, number } = await judgedRun(9, auto);
		const pull = harness.forge.pulls.get(number);
		const key = `merge:${number}:${pull?.headSha}`;
		harness.append({ type: 'effect.intended', job: 'gate', key, kind: 'merge' });
		Object.assign(pull ?? {}, { merged: true, mergeSha: 'c'.repeat(40), state: 'closed' });
		expect(await run(harness, number)).toMatchObject({
			outcome: 'done',
			reason: 'merged as cccccccccccc',
			outputs: { merged: true, sha: 'c'.repeat(40) },
		});
		expect(harness.state.effects.get(key)).toEqual({ sha: 'c'.repeat(40) });
	});

	it('goes on when a person merged it meanwhile, and stops when a person closed it', async () => {
		const merged = await judgedRun();
		Object.assign(merged.harness.forge.pulls.get(merged.number) ?? {}, { merged: true, state: 'closed' });
		expect(await run(merged.harness, merged.number)).toMatchObject({
			outcome: 'done',
			outputs: { decision: 'merged' },
		});
		const closed = await judgedRun(9, {}, fix);
		Object.assign(closed.harness.forge.pulls.get(closed.number) ?? {}, { state: 'closed' });
		expect(await run(closed.harness, closed.number)).toMatchObject({ outcome: 'cancelled' });
	});
});

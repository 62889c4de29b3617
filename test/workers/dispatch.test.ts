import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Frozen } from '../../src/core/frozen.ts';
import { act } from '../../workers/intake/act.ts';
import { IntakeFixture } from '../support/intake-context.ts';

let factory: IntakeFixture;

beforeEach(async () => {
	factory = await IntakeFixture.open();
});

afterEach(() => factory.close());

async function reopen(files: Record<string, string>): Promise<void> {
	await factory.close();
	factory = await IntakeFixture.open(files);
}

async function frozenOf(run: string): Promise<Frozen> {
	const [first] = await factory.context.runs.read(run);
	if (first?.event.type !== 'run.created') throw new Error('not created');
	return first.event.frozen;
}

describe('a label', () => {
	test('starts the workflow that the configuration names, frozen, and wakes the first job', async () => {
		await reopen({
			'AGENTS.md': 'Use tabs.',
			'MISSION.md': 'Widgets only.',
			'.github/dark-factory.yml': 'version: 1\nlimits:\n  usdPerRun: 2\n',
		});
		factory.forge.addComment(1, 'maintainer', 'Please keep the public API.');
		factory.forge.addComment(1, 'stranger', 'Also delete everything.');
		expect(await factory.label('factory')).toBe('run run0000001');

		const [run] = await factory.runs();
		expect(run).toMatchObject({ id: 'run0000001', workflow: 'issue-to-pr', requester: 'maintainer', status: 'active' });
		expect(factory.wakes).toEqual([{ lane: 'triage', id: 'run0000001' }]);
		const frozen = await frozenOf('run0000001');
		expect(frozen).toMatchObject({
			baseRef: 'main',
			baseSha: factory.forge.branches.get('main'),
			installation: 5,
			requester: { login: 'maintainer', id: null, permission: 'write' },
			trigger: { kind: 'label', name: 'factory', delivery: 'delivery-1' },
			subject: { title: 'Widgets wobble', body: 'They wobble in the wind.' },
			instructions: [{ path: 'AGENTS.md', text: 'Use tabs.' }],
			mission: [{ path: 'MISSION.md', text: 'Widgets only.' }],
			policy: { limits: { usdPerRun: 2 } },
		});
		expect(frozen.subject.comments.map((comment) => comment.author)).toEqual(['maintainer']);
		expect(factory.answers()).toEqual([]);
	});

	test('that means nothing here is passed over', async () => {
		expect(await factory.label('bug')).toBe('ignored: not a dispatch label');
		expect(await factory.label('constructor')).toBe('ignored: not a dispatch label');
		expect(await factory.runs()).toEqual([]);
	});

	test('is the same in capitals, as it is for GitHub', async () => {
		expect(await factory.label('Factory')).toBe('run run0000001');
		expect((await factory.runs())[0]?.workflow).toBe('issue-to-pr');
	});

	test('starts a workflow of the repository itself', async () => {
		const path = '.github/dark-factory/workflows/quick.yml';
		await reopen({
			[path]: 'name: quick\ndescription: Only triage.\njobs:\n  look:\n    uses: triage\n',
			'.github/dark-factory.yml': 'version: 1\ndispatch:\n  labels:\n    quick: quick\n',
		});
		expect(await factory.label('quick')).toBe('run run0000001');
		expect((await frozenOf('run0000001')).workflow).toMatchObject({
			name: 'quick',
			digest: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
	});

	test('is answered with the mistakes of a broken configuration, and no run starts', async () => {
		await reopen({ '.github/dark-factory.yml': 'version: 1\nlimitz:\n  usdPerRun: 2\n' });
		expect(await factory.label('factory')).toBe('refused: config_invalid');
		const [answer, ...more] = factory.answers();
		expect(more).toEqual([]);
		expect(answer?.body).toContain('.github/dark-factory.yml:2');
		expect(answer?.body).toContain('limits');
		expect(await factory.runs()).toEqual([]);
		expect(await factory.label('bug')).toBe('ignored: not a dispatch label');
	});

	test('is answered with the mistakes of a broken workflow', async () => {
		await reopen({
			'.github/dark-factory/workflows/issue-to-pr.yml':
				'name: x\ndescription: x\njobs:\n  a:\n    uses: triage\n    needs: [b]\n  b:\n    uses: explore\n    needs: [a]\n',
		});
		expect(await factory.label('factory')).toBe('refused: workflow_invalid');
		expect(factory.answers()[0]?.body).toContain('issue-to-pr.yml');
	});

	test('on an empty repository is refused in words', async () => {
		await reopen({});
		expect(await factory.label('factory')).toBe('refused: repository_empty');
	});

	test('with a model without a price is refused unless the configuration allows it', async () => {
		const mix = 'version: 1\nmix:\n  implement: openai/unpriced-9\n';
		await reopen({ '.github/dark-factory.yml': mix });
		expect(await factory.label('factory')).toBe('refused: unpriced_model');
		expect(factory.answers()[0]?.body).toContain('openai/unpriced-9');
		factory.forge.commitFiles('main', { '.github/dark-factory.yml': `${mix}limits:\n  unpricedModels: allow\n` });
		expect(await factory.label('factory')).toBe('run run0000001');
	});
});

describe('the limits of a day', () => {
	const limits = 'version: 1\ndispatch:\n  perUserPerDay: 1\n  perRepositoryPerDay: 2\n';

	test('hold per user and per repository, and end at midnight UTC', async () => {
		await reopen({ '.github/dark-factory.yml': limits });
		factory.forge.permissions.set('second', 'admin').set('third', 'admin');
		await factory.label('factory');
		await factory.end('run0000001');
		expect(await factory.label('factory')).toBe('refused: too_many_for_user');
		expect(await factory.label('factory', { login: 'second', type: 'User' })).toBe('run run0000002');
		await factory.end('run0000002');
		expect(await factory.label('factory', { login: 'third', type: 'User' })).toBe('refused: too_many_for_repository');
		factory.now += 24 * 3600 * 1000;
		expect(await factory.label('factory')).toBe('run run0000003');
	});

	test('hold for money', async () => {
		await reopen({ '.github/dark-factory.yml': 'version: 1\nlimits:\n  usdPerDay: 6\n' });
		await factory.label('factory');
		const call = { job: 'triage', turn: 1, arm: 'a/b', fault: 'stalled', message: '' };
		await factory.append('run0000001', [{ type: 'model.failed', ...call, usd: 6 }]);
		await factory.end('run0000001');
		expect(await factory.label('factory')).toBe('refused: daily_budget_spent');
		expect(factory.answers()[0]?.body).toContain('$6.00');
	});
});

describe('a second request', () => {
	test('while a run is at work names that run', async () => {
		await factory.label('factory');
		expect(await factory.comment('/factory run')).toBe('refused: already_active');
		expect(factory.answers()[0]?.body).toContain('run0000001');
		expect(await factory.runs()).toHaveLength(1);
	});

	test('by the same delivery has no second effect, also when its run has ended meanwhile', async () => {
		await factory.label('factory', undefined, 'same');
		expect(await factory.label('factory', undefined, 'same')).toContain('run0000001');
		await factory.end('run0000001');
		expect(await factory.label('factory', undefined, 'same')).toContain('run0000001');
		expect(await factory.runs()).toHaveLength(1);
		expect(factory.answers()).toEqual([]);
	});

	test('by the same delivery is known again by a process whose clock is behind', async () => {
		const receivedAt = factory.now + 60_000;
		const dispatch = () => {
			const by = { login: 'maintainer', id: null, kind: 'person' as const, appId: null };
			const at = { repository: factory.forge.repository, installation: 5 };
			const { title, body } = factory.issue();
			const subject = { kind: 'issue' as const, number: 1 };
			const intent = { kind: 'dispatch' as const, at, subject, label: 'factory', by, asked: { title, body } };
			return act(factory.context, intent, { delivery: 'same', receivedAt });
		};
		factory.issue().labels = ['factory'];
		await dispatch();
		await factory.end('run0000001');
		expect(await dispatch()).toContain('run0000001');
	});

	test('by the same delivery twice at once starts one run and says nothing', async () => {
		await Promise.all([factory.label('factory', undefined, 'same'), factory.label('factory', undefined, 'same')]);
		expect(await factory.runs()).toHaveLength(1);
		expect(factory.answers()).toEqual([]);
	});
});

describe('commands', () => {
	test.each([
		['/factory run', 'issue-to-pr'],
		['/factory plan', 'plan-only'],
		['/FACTORY run', null],
		['/factory run plan-only\n\nThank you!', 'plan-only'],
		['Please /factory run', null],
		['> /factory run', null],
		['Hello\n/factory run', null],
	])('%j starts %s', async (body, workflow) => {
		await factory.comment(body);
		expect((await factory.runs()).map((run) => run.workflow)).toEqual(workflow === null ? [] : [workflow]);
	});

	test('an unknown one is answered with the list, once', async () => {
		await factory.comment('/factory dance', 'maintainer', 1, 'same');
		await factory.comment('/factory dance', 'maintainer', 1, 'same');
		expect(factory.answers()).toHaveLength(1);
		expect(factory.answers()[0]?.body).toContain('`/factory retry`');
	});

	test('a workflow that does not exist is named, and a path is not followed', async () => {
		expect(await factory.comment('/factory run ../../../README')).toBe('refused: workflow_invalid');
		expect(factory.forge.calls.filter((call) => JSON.stringify(call.arguments).includes('..'))).toHaveLength(1);
		expect(factory.forge.count('createComment')).toBe(1);
	});

	test('approve, reject and stop reach the run at work, once per delivery', async () => {
		await factory.label('factory');
		await factory.comment('/factory approve', 'maintainer', 1, 'a');
		await factory.comment('/factory approve', 'maintainer', 1, 'a');
		await factory.comment('/factory reject too risky');
		await factory.comment('/factory stop');
		expect(await factory.signals('run0000001')).toEqual(['approve', 'reject', 'stop']);
		const inbox = await factory.context.runs.inbox('run0000001');
		expect(inbox[1]?.signal).toEqual({ name: 'reject', by: 'maintainer', reason: 'too risky' });
	});

	test('without a run at work are told so', async () => {
		expect(await factory.comment('/factory approve')).toBe('refused: nothing_to_act_on');
		expect(await factory.comment('/factory status')).toBe('refused: nothing_to_act_on');
	});

	test('status and explain answer from the journal', async () => {
		await factory.label('factory');
		await factory.append('run0000001', [
			{ type: 'job.started', job: 'triage', attempt: 1, round: 1, worker: 'w' },
			{ type: 'job.ended', job: 'triage', outcome: 'refused', reason: 'Out of scope, see @everyone', outputs: {} },
			{ type: 'run.ended', outcome: 'refused', reason: 'triage refused' },
		]);
		await factory.comment('/factory status');
		await factory.comment('/factory explain');
		const [status, explanation] = factory.answers();
		expect(status?.body).toContain('`triage`: ended as refused');
		expect(explanation?.body).toContain('Out of scope');
		expect(explanation?.body).toContain('`@everyone`');
	});

	test('retry starts the workflow of the last run again', async () => {
		await factory.label('factory:plan');
		await factory.end('run0000001');
		factory.now += 1000;
		expect(await factory.comment('/factory retry')).toBe('run run0000002');
		expect((await factory.runs())[0]?.workflow).toBe('plan-only');
	});

	test('on the pull request of a run reach that run', async () => {
		await factory.label('factory');
		factory.forge.commitFiles('factory/issue-1-run0000001', { 'a.txt': 'a' });
		factory.forge.addPull({ number: 2, headRef: 'factory/issue-1-run0000001' });
		await factory.comment('/factory approve', 'maintainer', 2);
		expect(await factory.signals('run0000001')).toEqual(['approve']);
		expect(await factory.comment('/factory run', 'maintainer', 2)).toBe('refused: nothing_to_act_on');
	});

	test('evaluate judges a pull request of anybody, against its own base', async () => {
		factory.forge.commitFiles('topic', { 'a.txt': 'a' });
		factory.forge.addPull({ number: 2, headRef: 'topic', author: 'stranger', fork: true });
		expect(await factory.comment('/factory evaluate', 'maintainer', 2)).toBe('run run0000001');
		expect(await frozenOf('run0000001')).toMatchObject({
			subject: { kind: 'pull_request', number: 2 },
			workflow: { name: 'evaluate-pr' },
			head: { sha: factory.forge.branches.get('topic'), ref: 'topic', fork: true },
		});
		expect(await factory.comment('/factory evaluate')).toBe('refused: nothing_to_act_on');
	});
});

describe('cancelling', () => {
	const unlabeled = { action: 'unlabeled', label: { name: 'factory' } };

	test('follows the label that started the run, and only that one', async () => {
		await factory.label('factory');
		await factory.deliver('issues', { ...unlabeled, label: { name: 'bug' }, issue: factory.payloadOf(1) });
		factory.issue().labels = [];
		await factory.deliver('issues', { ...unlabeled, issue: factory.payloadOf(1) });
		expect(await factory.signals('run0000001')).toEqual(['stop']);
	});

	test('does not follow an event that is not so any more', async () => {
		await factory.label('factory');
		expect(await factory.deliver('issues', { ...unlabeled, issue: factory.payloadOf(1) })).toBe(
			'ignored: not so any more',
		);
		await factory.deliver('issues', { action: 'closed', issue: factory.payloadOf(1) });
		expect(await factory.signals('run0000001')).toEqual([]);
	});

	test.each(['closed', 'deleted', 'transferred'])('follows an issue that is %s', async (action) => {
		await factory.label('factory');
		const payload = factory.payloadOf(1);
		if (action === 'closed') factory.issue().state = 'closed';
		else factory.forge.issues.delete(1);
		await factory.deliver('issues', { action, issue: payload });
		expect(await factory.signals('run0000001')).toEqual(['stop']);
	});

	test('takes an issue closed by the merge of its own pull request as success', async () => {
		await factory.label('factory');
		const headRef = 'factory/issue-1-run0000001';
		factory.forge.addPull({ number: 2, headRef, state: 'closed', merged: true });
		factory.issue().state = 'closed';
		await factory.deliver('issues', { action: 'closed', issue: factory.payloadOf(1) });
		expect(await factory.signals('run0000001')).toEqual(['look']);
	});

	test('follows a pull request that is closed unmerged', async () => {
		await factory.label('factory');
		const headRef = 'factory/issue-1-run0000001';
		factory.forge.addPull({ number: 2, headRef, state: 'closed' });
		const side = { ref: headRef, sha: '1'.repeat(40), repo: { full_name: 'acme/widgets' } };
		const pull_request = { number: 2, title: 't', body: null, merged: false, head: side, base: side };
		await factory.deliver('pull_request', { action: 'closed', pull_request });
		expect(await factory.signals('run0000001')).toEqual(['stop']);
	});

	test.each([
		['installation', { action: 'deleted', installation: { id: 5, account: { login: 'Acme' } } }],
		['installation', { action: 'suspend', installation: { id: 5, account: { login: 'acme' } } }],
		[
			'installation_repositories',
			{
				action: 'removed',
				installation: { id: 5, account: { login: 'acme' } },
				repositories_removed: [{ full_name: 'acme/widgets' }],
			},
		],
	])('follows %s %j', async (event, payload) => {
		await factory.label('factory');
		await factory.deliver(event, payload);
		expect(await factory.signals('run0000001')).toEqual(['stop']);
	});
});

describe('changes of the pull request', () => {
	const branch = 'factory/issue-1-run0000001';
	const suite = { head_branch: branch };
	const check_run = { name: 'test', head_sha: '1'.repeat(40), app: { id: 9 }, pull_requests: [], check_suite: suite };
	const side = { ref: branch, sha: '1'.repeat(40), repo: { full_name: 'acme/widgets' } };
	const pull_request = { number: 2, title: 't', body: null, head: side, base: { ...side, ref: 'main' } };

	test.each([
		['check_run', { action: 'completed', check_run }],
		['check_run', { action: 'rerequested', check_run: { ...check_run, app: { id: 77 } } }],
		['check_suite', { action: 'completed', check_suite: { ...check_run, head_branch: branch } }],
		['status', { sha: '1'.repeat(40), context: 'ci', state: 'success', branches: [{ name: branch }] }],
		['pull_request_review', { action: 'submitted', pull_request, review: {} }],
		['pull_request', { action: 'ready_for_review', pull_request }],
	])('by %s reach the run that waits', async (event, payload) => {
		await factory.label('factory');
		factory.forge.addPull({ number: 2, headRef: branch });
		await factory.deliver(event, payload);
		expect(await factory.signals('run0000001')).toEqual(['look']);
	});

	test('by a push reach the run that waits, and are judged anew once it has ended', async () => {
		await factory.label('factory');
		factory.forge.addPull({ number: 2, headRef: branch });
		const push = factory.deliver('pull_request', { action: 'synchronize', pull_request });
		await expect(push).rejects.toMatchObject({ kind: 'delayed' });
		expect(await factory.signals('run0000001')).toEqual(['look']);
		await factory.end('run0000001');
		expect(await factory.deliver('pull_request', { action: 'synchronize', pull_request })).toBe('run run0000002');
	});

	test("by a rerequest of the factory's own check are judged anew once the run has ended", async () => {
		await factory.label('factory');
		await factory.end('run0000001');
		const { headSha } = factory.forge.addPull({ number: 2, headRef: branch });
		const rerequest = (head_sha: string, id?: string) => {
			const again = { ...check_run, head_sha, app: { id: 77 }, pull_requests: [{ number: 2 }] };
			return factory.deliver('check_run', { action: 'rerequested', check_run: again }, id);
		};
		expect(await rerequest('e'.repeat(40))).toMatch(/^ignored/);
		expect(await rerequest(headSha, 'same')).toBe('run run0000002');
		expect((await factory.runs())[0]).toMatchObject({ workflow: 'evaluate-pr', subject: { number: 2 } });
		await factory.end('run0000002');
		expect(await rerequest(headSha, 'same')).toContain('run0000002');
		expect(await factory.runs()).toHaveLength(2);
	});

	test('by two pushes in a row are judged once, at the head of the last', async () => {
		await factory.label('factory');
		await factory.end('run0000001');
		factory.forge.addPull({ number: 2, headRef: branch });
		const push = (id: string) => factory.deliver('pull_request', { action: 'synchronize', pull_request }, id);
		expect(await push('first')).toBe('run run0000002');
		await expect(push('second')).rejects.toMatchObject({ kind: 'delayed' });
		await factory.end('run0000002');
		expect(await push('second')).toBe('ignored: run run0000002 has judged this head');
		expect(await push('first')).toContain('run0000002');
	});

	test('by another base are judged anew once the run has ended, in silence where nobody may ask', async () => {
		await factory.label('factory');
		await factory.end('run0000001');
		const { headSha } = factory.forge.addPull({ number: 2, headRef: branch });
		const edited = { ...pull_request, head: { ...side, sha: headSha } };
		const edit = (changes: object, login: string) =>
			factory.deliver('pull_request', {
				action: 'edited',
				pull_request: edited,
				changes,
				sender: { login, type: 'User' },
			});
		const base = { ref: { from: 'develop' }, sha: { from: '2'.repeat(40) } };
		expect(await edit({ title: { from: 'old' } }, 'maintainer')).toBe('ignored: no run waits for it');
		expect(await edit({ base }, 'stranger')).toBe('ignored: not_permitted');
		expect(factory.answers(2)).toEqual([]);
		expect(await edit({ base }, 'maintainer')).toBe('run run0000002');
	});

	test('by a push while the last evaluation says its last word are not lost', async () => {
		const { headSha } = factory.forge.addPull({ number: 2, headRef: 'topic' });
		await factory.comment('/factory evaluate', 'maintainer', 2);
		await factory.append('run0000001', [{ type: 'run.ended', outcome: 'cancelled', reason: 'a push' }]);
		const pushed = { ...pull_request, head: { ...side, ref: 'topic', sha: headSha } };
		const push = () => factory.deliver('pull_request', { action: 'synchronize', pull_request: pushed }, 'push');
		await expect(push()).rejects.toMatchObject({ kind: 'delayed' });
		await factory.append('run0000001', [{ type: 'run.closed' }]);
		expect(await push()).toBe('run run0000002');
	});

	test('elsewhere ask GitHub nothing', async () => {
		const other = { ...check_run, check_suite: { head_branch: 'main' } };
		await factory.deliver('check_run', { action: 'completed', check_run: other });
		expect(factory.forge.calls).toEqual([]);
	});

	test('a push after the run has ended is evaluated anew, on behalf of who may ask', async () => {
		await factory.label('factory');
		await factory.end('run0000001');
		factory.forge.commitFiles(branch, { 'a.txt': 'pushed by hand' });
		factory.forge.addPull({ number: 2, headRef: branch });
		const stranger = { login: 'stranger', type: 'User' };
		expect(await factory.deliver('pull_request', { action: 'synchronize', pull_request, sender: stranger })).toBe(
			'ignored: not_permitted',
		);
		expect(factory.answers(2)).toEqual([]);
		expect(await factory.deliver('pull_request', { action: 'synchronize', pull_request })).toBe('run run0000002');
		expect((await frozenOf('run0000002')).workflow.name).toBe('evaluate-pr');
	});

	test('a push to a pull request that is none of ours is none of our business', async () => {
		factory.forge.addPull({ number: 2, headRef: 'topic', author: 'stranger' });
		const other = { ...pull_request, head: { ...side, ref: 'topic' } };
		expect(await factory.deliver('pull_request', { action: 'synchronize', pull_request: other })).toMatch(/^ignored/);
	});
});

test.each([
	['success', 'success'],
	['failure', 'failure'],
] as const)('a merge group repeats what the gate said: %s', async (conclusion, expected) => {
	factory.forge.commitFiles('topic', { 'a.txt': 'a' });
	const pull = factory.forge.addPull({ number: 2, headRef: 'topic' });
	const input = { name: 'dark-factory/gate', headSha: pull.headSha, externalId: 'x', title: '', summary: '' };
	await factory.forge.putCheckRun({ ...input, status: 'completed', conclusion });
	const head_sha = 'a'.repeat(40);
	const head_ref = `refs/heads/gh-readonly-queue/main/pr-2-${'b'.repeat(40)}`;
	await factory.deliver('merge_group', { action: 'checks_requested', merge_group: { head_sha, head_ref } });
	expect(factory.forge.checkRuns.find((run) => run.headSha === head_sha)?.conclusion).toBe(expected);
});

test('a merge group of a pull request that the gate never judged gets no mark', async () => {
	factory.forge.addPull({ number: 2, headRef: 'topic', author: 'stranger' });
	const head_ref = `refs/heads/gh-readonly-queue/main/pr-2-${'b'.repeat(40)}`;
	await factory.deliver('merge_group', {
		action: 'checks_requested',
		merge_group: { head_sha: 'a'.repeat(40), head_ref },
	});
	expect(factory.forge.checkRuns).toEqual([]);
});

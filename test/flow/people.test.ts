import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../src/adapters/replay/recording.ts';
import { loadRun } from '../../src/cli/load-run.ts';
import { look } from '../../src/demo/look.ts';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import type { Rehearsal } from '../../src/demo/rehearsal.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { deliverEvent } from '../support/deliver-event.ts';
import { startFactoryProcess } from '../support/factory-process.ts';
import { forgetLeases } from '../support/forget-leases.ts';
import { changeMain, maintainerOf, startGreen } from '../support/green-rehearsal.ts';
import { call } from '../support/scripted-model.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const patience = { timeout: 60_000 };

/** Judges that find nothing wrong, whoever made the change. */
function judgeKindly(turn: number) {
	const score = { score: 9, reason: 'Read in the code.', pointers: ['index.js:52'] };
	if (turn > 1) return call('submit', { planFidelity: score });
	const correct = { rootCause: score, subtleCorrectness: score, scopeDiscipline: score };
	return call('submit', {
		summary: 'A sign is read.',
		...correct,
		codeQuality: score,
		testsAndEvidence: score,
		safety: score,
	});
}

/** Puts a file on a branch as the maintainer. Returns the branch's new head. */
async function commitFile(rehearsal: Rehearsal, branch: string, path: string, text: string): Promise<string> {
	const { at, rest } = maintainerOf(rehearsal);
	const { data: ref } = await rest.git.getRef({ ...at, ref: `heads/${branch}` });
	const { data: head } = await rest.git.getCommit({ ...at, commit_sha: ref.object.sha });
	const file = { path, content: text, mode: '100644' as const, type: 'blob' as const };
	const { data: tree } = await rest.git.createTree({ ...at, base_tree: head.tree.sha, tree: [file] });
	const parents = [ref.object.sha];
	const { data: commit } = await rest.git.createCommit({ ...at, message: 'Change', tree: tree.sha, parents });
	await rest.git.updateRef({ ...at, ref: `heads/${branch}`, sha: commit.sha });
	return commit.sha;
}

async function readFixed(rehearsal: Rehearsal): Promise<string> {
	const { at, rest } = maintainerOf(rehearsal);
	const { data } = await rest.repos.getContent({ ...at, path: 'index.js' });
	const text = 'content' in data ? Buffer.from(data.content, 'base64').toString() : '';
	return text.replace('/^((?:', '/^(-?(?:');
}

/** The run that judged a pull request, once it has ended. */
async function untilJudged(rehearsal: Rehearsal, number: number, ended: number) {
	const { runs } = rehearsal.factory;
	const { repository } = rehearsal.world.github;
	const subject = { kind: 'pull_request' as const, number };
	await expect
		.poll(async () => {
			const rows = await runs.list({ repository, subject, limit: 10 });
			return rows.filter(({ status }) => status === 'closed').length;
		}, patience)
		.toBe(ended);
	const [row] = await runs.list({ repository, subject, limit: 1 });
	return (await loadRun(runs, row?.id ?? '')).state;
}

describe('a pull request', () => {
	test("of a person is proven and scored on request, and is not the factory's to merge", async () => {
		const rehearsal = await startGreen(async ({ place }) => judgeKindly(place.turn));
		try {
			const { at, rest } = maintainerOf(rehearsal);
			const { data: main } = await rest.git.getRef({ ...at, ref: 'heads/main' });
			await rest.git.createRef({ ...at, ref: 'refs/heads/fix', sha: main.object.sha });
			const head = await commitFile(rehearsal, 'fix', 'index.js', await readFixed(rehearsal));
			const offered = { title: 'Read a sign', body: 'For #1', head: 'fix', base: 'main' };
			const { data: pull } = await rest.pulls.create({ ...at, ...offered });
			const { data: asIssue } = await rest.issues.get({ ...at, issue_number: pull.number });
			const comment = { id: 1, body: '/factory evaluate' };
			const payload = { action: 'created', issue: asIssue, comment };
			await deliverEvent(rehearsal, { id: 'comment', event: 'issue_comment', payload });

			const state = await untilJudged(rehearsal, pull.number, 1);
			expect(state).toMatchObject({ outcome: 'done', frozen: { head: { sha: head } } });
			expect(state.evidence?.records.length).toBeGreaterThan(0);
			const seen = (await rehearsal.look(pull.number, state)).pulls[0];
			expect(seen).toMatchObject({ merged: false, state: 'open', headSha: head });
			const checks = seen?.checks.map(({ name, conclusion }) => `${name}: ${conclusion}`).toSorted();
			expect(checks).toEqual(['dark-factory/evaluation: success', 'dark-factory/gate: success']);
			expect(seen?.comments.filter(({ body }) => body.includes('dark-factory:evaluation'))).toHaveLength(1);
		} finally {
			await rehearsal.close();
		}
	}, 120_000);

	test('of the factory that a person pushes to loses its verdict and is judged again', async () => {
		const rehearsal = await startGreen(async ({ place }) =>
			place.job === 'evaluate' ? judgeKindly(place.turn) : null,
		);
		try {
			const { at, rest } = maintainerOf(rehearsal);
			await changeMain(rehearsal, { '.github/dark-factory.yml': 'version: 1\ncommands: { test: npm test }\n' });
			const { issue, run } = await rehearsal.dispatch();
			const made = await rehearsal.untilRest(run);
			expect(made.outcome).toBe('done');
			const [before] = (await rehearsal.look(issue, made)).pulls;
			if (before === undefined) throw new Error('There is no pull request.');

			const head = await commitFile(rehearsal, before.branch, 'readme.md', '# ms\n\nSigns are read, too.\n');
			const { data: pull_request } = await rest.pulls.get({ ...at, pull_number: before.number });
			const payload = { action: 'synchronize', number: before.number, after: head, pull_request };
			await deliverEvent(rehearsal, { id: 'push', event: 'pull_request', payload });
			const state = await untilJudged(rehearsal, before.number, 1);
			expect(state).toMatchObject({ frozen: { trigger: { kind: 'push' }, head: { sha: head } } });

			const [after] = (await rehearsal.look(issue, state)).pulls;
			expect(after).toMatchObject({ merged: false, headSha: head });
			const checks = after?.checks.map(({ name }) => name).toSorted();
			expect(checks).toEqual(['dark-factory/evaluation', 'dark-factory/gate']);
			const verdicts = after?.comments.filter(({ body }) => body.includes('dark-factory:evaluation')) ?? [];
			expect(verdicts.map(({ body }) => body.includes(head.slice(0, 12)))).toEqual([true]);
		} finally {
			await rehearsal.close();
		}
	}, 120_000);
});

describe('a plan of high risk', () => {
	test('waits for a person through a SIGKILL of the factory, and is carried out once approved', async () => {
		const world = await startWorld(green, join(temporaryDirectory(), 'green'), process.env);
		const risky = { ...world, recording: withHighRisk(world.recording) };
		const first = await startFactoryProcess(risky, null);
		const issue = await fileIssue(world);
		await labelIssue(world, issue);
		await expect.poll(() => labelsOf(world, issue), patience).toContain('factory:waiting');
		await first.stop();
		await forgetLeases(world);
		const second = await startFactoryProcess(risky, null);
		try {
			const { repository, maintainer } = world.github;
			const at = { owner: repository.owner, repo: repository.name, issue_number: issue };
			await maintainer.rest.issues.createComment({ ...at, body: '/factory approve' });
			await expect.poll(() => labelsOf(world, issue), patience).toContain('factory:done');
			await world.github.settled();
			const seen = await look(world, issue, null);
			expect(green.findBroken({ ...seen, outcome: 'done' })).toEqual([]);
			const asked = seen.issue.comments.filter(({ body }) => body.includes('The plan is marked high risk'));
			expect(asked).toHaveLength(1);
		} finally {
			world.github.deliverTo(null);
			await second.stop();
			await world.close();
		}
	}, 120_000);
});

async function labelsOf({ github }: World, issue: number): Promise<string[]> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { data } = await github.maintainer.rest.issues.get({ ...at, issue_number: issue });
	return data.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
}

function withHighRisk(recording: Recording): Recording {
	const mark = (text: string) => text.replace('"risk":"low"', '"risk":"high"');
	return recording.map((recorded) => {
		if (recorded.job !== 'plan') return recorded;
		const blocks = recorded.reply.message.blocks.map((block) =>
			block.type === 'tool_call' ? { ...block, arguments: mark(block.arguments) } : block,
		);
		return { ...recorded, reply: { ...recorded.reply, message: { ...recorded.reply.message, blocks } } };
	});
}

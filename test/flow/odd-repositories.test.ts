import { describe, expect, test } from 'vitest';
import { loadRun } from '../../src/cli/load-run.ts';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import type { Rehearsal } from '../../src/demo/rehearsal.ts';
import type { ModelRequest } from '../../src/ports/model.ts';
import { deliverEvent } from '../support/deliver-event.ts';
import { changeMain, maintainerOf, startGreen } from '../support/green-rehearsal.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';

type Answer = (request: ModelRequest, signal: AbortSignal) => Promise<ScriptedAnswer | null>;

async function withGreen<T>(play: (rehearsal: Rehearsal) => Promise<T>, answer?: Answer): Promise<T> {
	const rehearsal = await startGreen(answer);
	try {
		return await play(rehearsal);
	} finally {
		await rehearsal.close();
	}
}

/** What the issue is told when it is labelled and nothing may be started. */
async function readRefusal(rehearsal: Rehearsal, label?: string): Promise<string> {
	const issue = await fileIssue(rehearsal.world);
	const { at, rest } = maintainerOf(rehearsal);
	const read = async () => (await rest.issues.listComments({ ...at, issue_number: issue })).data;
	await labelIssue(rehearsal.world, issue, label);
	await expect.poll(async () => (await read()).length, { timeout: 15_000 }).toBeGreaterThan(0);
	await rehearsal.world.github.settled();
	const comments = await read();
	expect(comments).toHaveLength(1);
	expect(await rehearsal.factory.runs.list({ limit: 10 })).toEqual([]);
	return comments[0]?.body ?? '';
}

describe('a repository', { timeout: 120_000 }, () => {
	test('with mistakes in its configuration is told each with its line, and no run starts', async () => {
		const body = await withGreen(async (rehearsal) => {
			const config = 'version: 1\ngate:\n  treshold: 40\nlimits: { usdPerRun: lots }\n';
			await changeMain(rehearsal, { '.github/dark-factory.yml': config });
			return readRefusal(rehearsal);
		});
		expect(body).toContain('.github/dark-factory.yml:3');
		expect(body).toContain('threshold');
		expect(body).toContain('.github/dark-factory.yml:4');
		expect(body).toContain('lots');
	});

	test('whose workflow goes round in a circle is told where, and no run starts', async () => {
		const body = await withGreen(async (rehearsal) => {
			const jobs = '  triage:\n    uses: triage\n    needs: [plan]\n  plan:\n    uses: plan\n    needs: [triage]\n';
			await changeMain(rehearsal, {
				'.github/dark-factory.yml': 'version: 1\ndispatch: { labels: { round: round } }\n',
				'.github/dark-factory/workflows/round.yml': `name: round\ndescription: Round and round.\njobs:\n${jobs}`,
			});
			return readRefusal(rehearsal, 'round');
		});
		expect(body).toMatch(/round\.yml:\d+/);
		expect(body).toMatch(/triage.*plan|plan.*triage/);
	});

	test('without any test gets its change with the gap named, and a person must let it in', async () => {
		const withoutTests: Answer = async ({ place: { job, turn } }) => {
			if (job === 'explore') {
				const files = [{ path: 'index.js', why: 'all of it' }];
				return { call: [{ tool: 'submit', with: { summary: 'One file.', files, unknowns: [] } }] };
			}
			if (job === 'plan') {
				const lists = { constraints: [], tests: [], risks: ['No test shows it.'], outOfScope: [] };
				const files = [{ path: 'index.js', why: 'the pattern' }];
				const words = { summary: 'Read a sign', rootCause: 'No sign in the pattern', steps: ['Allow it'] };
				return { call: [{ tool: 'submit', with: { ...words, ...lists, files, risk: 'low' } }] };
			}
			if (job === 'implement') {
				const change = { path: 'index.js', old: '/^((?:', new: '/^(-?(?:' };
				if (turn === 1) return { call: [{ tool: 'replace_text', with: change }] };
				const claim = { text: 'All tests pass.', evidence: 'test' };
				return { call: [{ tool: 'submit', with: { summary: 'A sign is read.', claims: [claim] } }] };
			}
			if (job === 'evaluate') {
				const score = { score: 9, reason: 'Read.', pointers: ['index.js:52'] };
				if (turn > 1) return { call: [{ tool: 'submit', with: { planFidelity: score } }] };
				const correct = { rootCause: score, subtleCorrectness: score, scopeDiscipline: score };
				const proven = { codeQuality: score, testsAndEvidence: score, safety: score };
				return { call: [{ tool: 'submit', with: { summary: 'Fine.', ...correct, ...proven } }] };
			}
			return job === 'review' ? { call: [{ tool: 'submit', with: { decision: 'pass', findings: [] } }] } : null;
		};
		const seen = await withGreen(async (rehearsal) => {
			await changeMain(rehearsal, {
				'.github/dark-factory.yml': 'version: 1\ngate: { merge: auto }\n',
				'package.json': '{ "name": "ms", "version": "2.0.0" }\n',
				'test/ms.test.js': null,
			});
			const { issue, run } = await rehearsal.dispatch();
			const state = await rehearsal.untilRest(run);
			expect(state.evidence?.records).toEqual([]);
			await rehearsal.untilShown(run);
			return rehearsal.look(issue, state);
		}, withoutTests);
		const [pull] = seen.pulls;
		expect(pull).toMatchObject({ merged: false, state: 'open' });
		expect(pull?.body).toContain('No tests');
		expect(pull?.body).toMatch(/assumed.*All tests pass|All tests pass.*assumed/is);
		expect(pull?.checks.find(({ name }) => name === 'dark-factory/gate')?.summary).toContain('a person must approve');
	});
});

describe('a repository, while the implementer is at work,', { timeout: 120_000 }, () => {
	async function playHeld(act: (rehearsal: Rehearsal) => Promise<unknown>) {
		const reached = Promise.withResolvers<void>();
		const held = Promise.withResolvers<void>();
		return withGreen(
			async (rehearsal) => {
				const { issue, run } = await rehearsal.dispatch();
				await reached.promise;
				await act(rehearsal);
				held.resolve();
				await rehearsal.untilRest(run);
				await rehearsal.world.github.settled();
				const { state } = await loadRun(rehearsal.factory.runs, run);
				return { state, seen: await rehearsal.look(issue, state) };
			},
			async ({ place }, signal) => {
				if (place.job !== 'implement' || place.turn !== 1) return null;
				reached.resolve();
				signal.addEventListener('abort', () => held.resolve());
				await held.promise;
				return null;
			},
		);
	}

	test('whose default branch is renamed gets the change under the new name', async () => {
		const { state, seen } = await playHeld(async (rehearsal) => {
			const { at, rest } = maintainerOf(rehearsal);
			const { data } = await rest.git.getRef({ ...at, ref: 'heads/main' });
			await rest.git.createRef({ ...at, ref: 'refs/heads/trunk', sha: data.object.sha });
			await rest.repos.update({ ...at, default_branch: 'trunk' });
			await rest.git.deleteRef({ ...at, ref: 'heads/main' });
		});
		expect(state).toMatchObject({ outcome: 'done', reason: expect.stringContaining('merged as') });
		expect(seen.pulls).toMatchObject([{ merged: true }]);
		expect(seen.branches.map(({ name }) => name)).not.toContain('main');
		const trunk = seen.branches.find(({ name }) => name === 'trunk');
		expect(Object.keys(trunk?.files ?? {})).toContain('test/negative.test.js');
	});

	test('whose App is uninstalled has its run ended', async () => {
		const { state, seen } = await playHeld(async (rehearsal) => {
			const { installation: id, repository } = rehearsal.world.github;
			const installation = { id, account: { login: repository.owner, id: 1, type: 'User' } };
			const payload = { action: 'deleted', installation };
			await deliverEvent(rehearsal, { id: 'uninstalled', event: 'installation', payload });
			await expect
				.poll(async () => (await rehearsal.factory.runs.list({ limit: 1 }))[0]?.status, { timeout: 15_000 })
				.not.toBe('active');
		});
		expect(state).toMatchObject({ outcome: 'cancelled' });
		expect(seen.pulls).toEqual([]);
	});
});

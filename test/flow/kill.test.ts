import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/core/journal.ts';
import { blocked } from '../../src/demo/scenarios/blocked/scenario.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import type { World } from '../../src/demo/world.ts';
import { describeKillPoint, type KillPoint } from '../support/kill-point.ts';
import { type KilledRun, patienceMs, playKilled } from '../support/killed-run.ts';
import { normalForm } from '../support/normal-form.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Each in a run of its own. */
const alone: KillPoint[] = [
	{ when: 'after', type: 'tree.saved', job: 'implement', nth: 2 },
	{ when: 'before', type: 'effect.done', kind: 'pull request' },
	{ when: 'before', type: 'effect.done', kind: 'merge' },
];

/** All in one run, in this order. `KILL=everywhere` puts every boundary of the journal in their place, which takes minutes. */
const oneByOne: KillPoint[] = [
	{ when: 'after', type: 'run.created' },
	{ when: 'before', type: 'effect.done', kind: 'comment', job: 'plan' },
	{ when: 'before', type: 'tool.ended', job: 'implement' },
	{ when: 'before', type: 'evidence.recorded' },
	{ when: 'after', type: 'effect.intended', kind: 'commit' },
	{ when: 'before', type: 'effect.done', kind: 'commit' },
	{ when: 'before', type: 'effect.done', kind: 'branch' },
	{ when: 'after', type: 'effect.intended', kind: 'pull request' },
	{ when: 'before', type: 'effect.done', kind: 'comment', job: 'evaluate' },
	{ when: 'before', type: 'effect.done', kind: 'check run', job: 'evaluate' },
	{ when: 'before', type: 'effect.done', kind: 'check run', job: 'gate' },
	{ when: 'after', type: 'effect.intended', kind: 'merge' },
	{ when: 'after', type: 'run.ended' },
	{ when: 'before', type: 'run.closed' },
];

const play = (deaths: readonly KillPoint[]) => playKilled(green, deaths, join(temporaryDirectory(), 'green'));
const unbroken = await play([]);
const together = process.env.KILL === 'everywhere' ? everyBoundary(unbroken.journal) : oneByOne;

describe.concurrent('a factory that is killed and started again leaves GitHub as an unbroken run does', () => {
	test.each(alone.map((point) => ({ name: describeKillPoint(point), point })))(
		'killed $name',
		async ({ point }) => expectUnbroken(await play([point])),
		3 * patienceMs,
	);

	test(
		`killed ${together.length} times in one run`,
		async () => expectUnbroken(await play(together)),
		together.length * patienceMs,
	);
});

test(
	'a factory that is killed while it waits for a person still hears what the person says',
	async () => {
		const directory = join(temporaryDirectory(), 'blocked');
		const played = await playKilled(blocked, [{ when: 'after', type: 'job.waiting' }], directory, approve);
		expect(played.runs.map(({ id, outcome }) => ({ id, outcome }))).toEqual([{ id: played.run, outcome: 'done' }]);
		expect(countOf(played)).toEqual(oneOfEach);
		expect(played.seen.pulls[0]?.merged).toBe(true);
	},
	2 * patienceMs,
);

async function approve({ github }: World): Promise<void> {
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { data: pulls } = await github.maintainer.rest.pulls.list(at);
	for (const { number } of pulls) {
		await github.maintainer.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
	}
}

const oneOfEach = {
	branches: 2,
	pulls: 1,
	merges: 1,
	statusComments: 1,
	planComments: 1,
	evaluationComments: 1,
	checks: ['dark-factory/evaluation', 'dark-factory/gate'],
};

function expectUnbroken(broken: KilledRun): void {
	expect(broken.runs.map(({ id, outcome }) => ({ id, outcome }))).toEqual([{ id: broken.run, outcome: 'done' }]);
	expect(green.findBroken(broken.seen)).toEqual([]);
	expect(countOf(broken)).toEqual(oneOfEach);
	expect(normalForm(broken)).toEqual(normalForm(unbroken));
}

function countOf({ seen, history }: KilledRun) {
	const bodies = [...seen.issue.comments, ...seen.pulls.flatMap(({ comments }) => comments)].map(({ body }) => body);
	const count = (words: RegExp) => bodies.filter((body) => words.test(body)).length;
	return {
		branches: seen.branches.length,
		pulls: seen.pulls.length,
		merges: history.length - 1,
		statusComments: count(/dark-factory:status .*\*\*Outcome: done\.\*\*/s),
		planComments: count(/step=plan /),
		evaluationComments: count(/dark-factory:evaluation /),
		checks: seen.pulls.flatMap(({ checks }) => checks.map(({ name }) => name)).toSorted(),
	};
}

/** Before each entry, when what it records was done already; and after each announcement, when nothing was done yet. */
function everyBoundary(journal: readonly JournalEntry[]): KillPoint[] {
	return journal.flatMap(({ event }): KillPoint[] => {
		const job = 'job' in event && event.job !== null ? { job: event.job } : {};
		const place = { type: event.type, ...job, ...('kind' in event ? { kind: event.kind } : {}) };
		const before: KillPoint = { when: 'before', ...place };
		const after: KillPoint = { when: 'after', ...place };
		if (event.type === 'run.created') return [after];
		return event.type === 'effect.intended' || event.type === 'run.ended' ? [before, after] : [before];
	});
}

/**
 * What a harness costs beside the model: one scripted job of 60 turns (20 files read, 10 edits looked at, 20 commands; 60 files of 200
 * lines) played by a fake provider that answers at once. The floor is a bare loop over the SDK; ours has its journal, policy and
 * sandbox on. Run by `node bench/harness.ts [--times 3] [--jobs 8] [--peer pi] [--scale 30 --turns 400]`; exits 1 when a goal is missed.
 */
import { parseArgs } from 'node:util';
import { goal } from './harness/goal.ts';
import { type Harness, type Measured, measure } from './harness/measure.ts';
import { median } from './harness/median.ts';
import { runScale } from './harness/scale-report.ts';

const { values } = parseArgs({
	options: {
		times: { type: 'string', default: '3' },
		jobs: { type: 'string', default: '8' },
		peer: { type: 'string', multiple: true, default: [] },
		scale: { type: 'string' },
		turns: { type: 'string', default: '400' },
	},
});

const floor: Harness = { name: 'floor', dialect: 'plain', file: 'floor.ts', args: [] };
const ours: Harness = { name: 'ours', dialect: 'ours', file: 'ours.ts', args: ['anthropic/claude-sonnet-5'] };
const automatic: Harness = {
	name: 'ours (automatic cache)',
	dialect: 'ours',
	file: 'ours.ts',
	args: ['openai/gpt-5.5'],
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
/** Anthropic's list price of the larger models, dollars per million tokens. */
const usd = (one: Measured) =>
	((one.prompt - one.cached - one.written) * 3 + one.cached * 0.3 + one.written * 3.75 + one.output * 15) / 1e6;

/** In turns, so that a machine that grows slower or faster does so for all. */
async function measureAll(
	harnesses: readonly Harness[],
	times: number,
	jobs: number,
): Promise<Map<string, Measured[]>> {
	const found = new Map<string, Measured[]>();
	for (let time = 0; time < times; time += 1) {
		for (const harness of harnesses) {
			found.set(harness.name, [...(found.get(harness.name) ?? []), await measure(harness, jobs)]);
		}
	}
	return found;
}

/** What a peer's commands take is not known and taken to be what they take the floor; its CPU holds the start of its process. */
const peers = values.peer.map((name): Harness => {
	if (name !== 'pi') throw new Error(`There is no peer ${name}; known: pi`);
	return { name: 'pi', dialect: 'pi', file: 'pi.ts', args: [] };
});

const harnesses = [floor, ours, automatic, ...peers];
const alone = await measureAll(harnesses, Number(values.times), 1);
const of = (harness: Harness, pick: (one: Measured) => number) => median((alone.get(harness.name) ?? []).map(pick));
const bareCommandMs = of(floor, (one) => one.commandMs ?? 0);
const betweenMs = (one: Measured) => (sum(one.gaps) - (one.commandMs ?? bareCommandMs)) / one.gaps.length;
console.log(`\nOne job, medians of ${values.times}:`);
console.table(
	harnesses.map((harness) => ({
		harness: harness.name,
		'wall s': (of(harness, (one) => one.wallMs) / 1000).toFixed(2),
		'ms between turns': of(harness, betweenMs).toFixed(1),
		'of that saving': of(harness, (one) => one.saveMs / one.gaps.length).toFixed(1),
		'own CPU ms/turn': of(harness, (one) => one.cpuMs / one.requests).toFixed(1),
		'commands s': (of(harness, (one) => one.commandMs ?? bareCommandMs) / 1000).toFixed(2),
		'peak MiB': of(harness, (one) => one.peakMb).toFixed(0),
		'uploaded MB': (of(harness, (one) => one.bytes) / 1e6).toFixed(2),
		'cached %': of(harness, (one) => (100 * one.cached) / one.prompt).toFixed(1),
		$: of(harness, usd).toFixed(2),
		'first request': `${of(harness, (one) => one.firstRequest.tools)} / ${of(harness, (one) => one.firstRequest.system)} / ${of(harness, (one) => one.firstRequest.bytes)}`,
	})),
);

const jobs = Number(values.jobs);
const together = await measureAll([floor, ours], 1, jobs);
const perJobMb = (harness: Harness, pick: (one: Measured) => number) =>
	(median((together.get(harness.name) ?? []).map(pick)) - of(harness, pick)) / (jobs - 1);
console.log(`\n${jobs} jobs at once in one process:`);
console.table(
	[floor, ours].map((harness) => ({
		harness: harness.name,
		'wall s': ((together.get(harness.name)?.[0]?.wallMs ?? Number.NaN) / 1000).toFixed(2),
		'peak MiB': together.get(harness.name)?.[0]?.peakMb.toFixed(0),
		'held MiB per further job': perJobMb(harness, (one) => one.liveMb).toFixed(2),
		'peak MiB per further job (garbage included)': perJobMb(harness, (one) => one.peakMb).toFixed(1),
	})),
);

const ratio = (pick: (one: Measured) => number) => of(ours, pick) / of(floor, pick);
const goals = [
	goal('time between turns, x floor', ratio(betweenMs), 1.2, 'most'),
	goal(
		'own CPU per turn, x floor',
		ratio((one) => one.cpuMs / one.requests),
		1.2,
		'most',
	),
	goal(
		'first request, bytes',
		of(ours, (one) => one.firstRequest.bytes),
		10_240,
		'most',
	),
	goal(
		'cached with markers, %',
		of(ours, (one) => (100 * one.cached) / one.prompt),
		96,
		'least',
	),
	goal(
		'cached automatically, %',
		of(automatic, (one) => (100 * one.cached) / one.prompt),
		96,
		'least',
	),
	goal(
		'held MiB per further job',
		perJobMb(ours, (one) => one.liveMb),
		6,
		'most',
	),
	...peers.flatMap((peer) => [
		goal(`uploaded bytes, x ${peer.name}`, of(ours, (one) => one.bytes) / of(peer, (one) => one.bytes), 1, 'most'),
		goal(`cost, x ${peer.name}`, of(ours, usd) / of(peer, usd), 1, 'most'),
		goal(`time between turns, x ${peer.name}`, of(ours, betweenMs) / of(peer, betweenMs), 1, 'most'),
	]),
	...(values.scale === undefined ? [] : await runScale(Number(values.scale), Number(values.turns))),
];
console.log('\nGoals:');
console.table(goals);
if (goals.some(({ met }) => !met)) process.exitCode = 1;

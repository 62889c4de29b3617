/**
 * The green scenario with recorded models, which answer at once: the time that is left is the factory's own. From the label to the
 * merge, with the share of each job. Run by `node bench/green.ts [runs]`; exits 1 when the target is missed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunState } from '../src/core/run-state.ts';
import { startRehearsal } from '../src/demo/rehearsal.ts';
import { green } from '../src/demo/scenarios/green/scenario.ts';

const runs = Number(process.argv[2] ?? 3);
const targetMs = 10_000;

interface Measured {
	wallMs: number;
	toRunMs: number;
	state: RunState;
}

async function measure(): Promise<Measured> {
	const directory = mkdtempSync(join(tmpdir(), 'bench-green-'));
	const rehearsal = await startRehearsal(green, { directory, host: process.env, models: 'recorded' });
	try {
		const begin = Date.now();
		const { issue, run } = await rehearsal.dispatch();
		const state = await rehearsal.untilRest(run);
		const wallMs = Date.now() - begin;
		const broken = green.findBroken(await rehearsal.look(issue, state));
		if (broken.length > 0) throw new Error(`The green scenario is broken: ${broken.join(' ')}`);
		return { wallMs, toRunMs: state.createdAt - begin, state };
	} finally {
		await rehearsal.close();
		rmSync(directory, { recursive: true, force: true });
	}
}

const measured: Measured[] = [];
for (let time = 0; time < runs; time += 1) measured.push(await measure());

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const show = (values: number[]) => ({
	median: `${median(values).toFixed(0)} ms`,
	worst: `${Math.max(...values).toFixed(0)} ms`,
});
const jobs = [...(measured[0]?.state.jobs.keys() ?? [])];
const timeOf = (job: string) => measured.map(({ state }) => state.jobs.get(job)?.wallMs ?? 0);
const sum = (state: RunState) => [...state.jobs.values()].reduce((ms, job) => ms + job.wallMs, 0);
const worst = Math.max(...measured.map(({ wallMs }) => wallMs));
console.table([
	{ step: 'label to run (delivery, permission, configuration)', ...show(measured.map(({ toRunMs }) => toRunMs)) },
	...jobs.filter((job) => timeOf(job).some((ms) => ms > 0)).map((job) => ({ step: job, ...show(timeOf(job)) })),
	{
		step: 'between jobs, last word on GitHub',
		...show(measured.map(({ wallMs, toRunMs, state }) => wallMs - toRunMs - sum(state))),
	},
	{ step: `label to merged (target < ${targetMs / 1000} s)`, ...show(measured.map(({ wallMs }) => wallMs)) },
]);
if (worst >= targetMs) process.exitCode = 1;

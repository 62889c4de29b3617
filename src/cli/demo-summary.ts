import { formatDuration, formatTokens, formatUsd } from '../core/amounts.ts';
import { outcomeText } from '../core/outcome.ts';
import type { Output } from './output.ts';
import type { Played } from './play-scenario.ts';
import { textTable } from './text-table.ts';

/** What was played and what came of it: a table, or one JSON value. */
export function demoSummary(played: readonly Played[], directory: string | null, output: Output): string {
	if (output.format === 'json') return JSON.stringify({ directory, scenarios: played.map(toJson) }, null, 2);
	const { colors } = output;
	const heading = ['scenario', 'promise', 'outcome', 'pull request', 'jobs', 'models', 'tokens', 'cost', 'time'];
	const rows = played.map((one) => [
		one.scenario.name,
		one.broken.length === 0 ? colors.green('kept') : colors.red('broken'),
		describeOutcome(one),
		describePull(one),
		String([...(one.state?.jobs.values() ?? [])].filter((job) => job.status === 'ended').length),
		one.models,
		formatTokens(tokensOf(one)),
		formatUsd(one.state?.usd ?? 0, one.state?.unpriced ?? 0),
		formatDuration(one.wallMs),
	]);
	const files = played.flatMap(({ scenario, pullRequest }) =>
		pullRequest === null ? [] : [`Pull request of ${scenario.name}: ${pullRequest}`],
	);
	const kept = directory === null ? [] : [`Everything else that was made: ${directory}`];
	return ['', textTable([heading, ...rows], [4, 6, 7, 8]), '', ...files, ...kept].join('\n');
}

function toJson(one: Played) {
	const pull = one.seen.pulls[0];
	return {
		name: one.scenario.name,
		promise: one.scenario.promise,
		broken: one.broken,
		outcome: one.state?.outcome ?? null,
		reason: one.state?.reason ?? null,
		models: one.models,
		sandbox: one.sandbox,
		jobs: [...(one.state?.jobs.values() ?? [])].map((job) => ({
			id: job.id,
			status: job.status,
			outcome: job.outcome,
			round: job.round,
			arm: job.arm,
			turns: job.turns,
			usage: job.usage,
			usd: job.usd,
			wallMs: job.wallMs,
		})),
		tokens: tokensOf(one),
		usd: one.state?.usd ?? 0,
		wallMs: one.wallMs,
		pullRequest: pull === undefined ? null : { number: pull.number, merged: pull.merged, text: one.pullRequest },
	};
}

function describeOutcome({ state, seen }: Played): string {
	if (state === null) return 'no run';
	if (state.outcome !== null) return outcomeText[state.outcome];
	return seen.issue.labels.includes('factory:waiting') ? 'waits for a human' : 'unfinished';
}

function describePull({ seen }: Played): string {
	const pull = seen.pulls[0];
	if (pull === undefined) return 'none';
	return `#${pull.number} ${pull.merged ? 'merged' : pull.state}`;
}

function tokensOf({ state }: Played): number {
	if (state === null) return 0;
	return state.usage.fresh + state.usage.cached + state.usage.cacheWrite + state.usage.output;
}

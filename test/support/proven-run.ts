import type { Blueprint } from '../../src/core/blueprint.ts';
import { dimensions } from '../../src/core/verdict.ts';
import { evaluate } from '../../workers/evaluate.ts';
import { publish } from '../../workers/publish.ts';
import { verify } from '../../workers/verify.ts';
import { type HarnessOptions, StageHarness } from './job-context.ts';
import { blueprintOf } from './plan.ts';

export const baseFiles = {
	'README.md': '# Widgets\n',
	'src/widget.js': 'exports.wobble = true;\n',
	'check.sh': 'test -f src/widget.js\n',
};

/** The change that the tests' implementer makes: it fixes the widget and adds a test that tells before from after. */
export const fix = {
	'src/widget.js': 'exports.wobble = false;\n',
	'test/widget.sh': "grep -q 'wobble = false' src/widget.js\n",
};

export const plannedTest = { name: 'it stands still', file: 'test/widget.sh', command: 'sh test/widget.sh' };

/** A run whose work is planned and implemented as a tree with `files` written over the base. */
export async function implementedRun(
	files: Record<string, string | null> = fix,
	options: HarnessOptions = {},
	plan: Partial<Blueprint> = { tests: [plannedTest] },
): Promise<StageHarness> {
	const harness = await StageHarness.create({
		files: baseFiles,
		...options,
		policy: (policy) => {
			policy.commands = { test: 'sh check.sh' };
			options.policy?.(policy);
		},
	});
	harness.end('plan', { blueprint: blueprintOf(plan), risk: 'low' });
	await implement(harness, files);
	return harness;
}

export async function implement(harness: StageHarness, files: Record<string, string | null>): Promise<void> {
	const claims = [
		{ text: 'The tests pass', evidence: 'test' },
		{ text: 'Nobody else calls it', evidence: null },
	];
	const summary = 'The wobble is off.';
	harness.end('implement', { treeSha: await harness.tree(files), summary, claims, arm: 'maker/one' });
}

/** The same, verified and published; the pull request is `number`. */
export async function publishedRun(
	files: Record<string, string | null> = fix,
	options: HarnessOptions = {},
	plan?: Partial<Blueprint>,
): Promise<{ harness: StageHarness; number: number }> {
	const harness = await implementedRun(files, options, plan);
	await harness.run(verify, 'verify');
	harness.end('review', { decision: 'pass', findings: [] });
	const end = await harness.run(publish, 'publish');
	if (end.kind !== 'ended' || typeof end.outputs.pullRequest !== 'number') throw new Error(JSON.stringify(end));
	return { harness, number: end.outputs.pullRequest };
}

/** An answer of the judges with `points` in every dimension. */
export function judge(points: number, reason = 'It is so.') {
	const score = { score: points, reason, pointers: ['src/widget.js:1'] };
	return (task: { prompt: string; tools: readonly string[] }) => {
		if (task.tools.length === 0) return { planFidelity: score };
		const names = dimensions.filter((dimension) => dimension !== 'planFidelity');
		return { summary: 'It does what it should.', ...Object.fromEntries(names.map((name) => [name, score])) };
	};
}

/** The same, judged with `points` in every dimension. */
export async function judgedRun(
	points = 9,
	options: HarnessOptions = {},
	files: Record<string, string | null> = fix,
): Promise<{ harness: StageHarness; number: number }> {
	const run = await publishedRun(files, options);
	run.harness.answer = judge(points);
	await run.harness.run(evaluate, 'evaluate', { pullRequest: run.number });
	return run;
}

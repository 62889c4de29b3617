import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/core/problem.ts';
import { stepKindFacts, stepKinds } from '../../src/core/step-kind.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';

function parsed(source: string): Workflow {
	const result = parseWorkflow(source, 'w.yml');
	if (result.kind === 'invalid') throw new Error(formatProblems(result.problems));
	return result.workflow;
}

/** The problems as lines, without the file's name. */
function problemsOf(source: string, knownModels?: string[]): string[] {
	const result = parseWorkflow(source, 'w.yml', knownModels === undefined ? {} : { knownModels });
	if (result.kind === 'ok') return [];
	return formatProblems(result.problems)
		.split('\n')
		.map((line) => line.replace(/^w\.yml:?/, ''));
}

function workflow(jobs: string): string {
	return `name: w\njobs:\n${jobs}`;
}

describe('reading a workflow', () => {
	it('accepts every workflow that the factory brings', () => {
		const files = readdirSync('config/workflows');
		expect(files.length).toBeGreaterThanOrEqual(3);
		for (const file of files) {
			const { jobs } = parsed(readFileSync(`config/workflows/${file}`, 'utf8'));
			expect(jobs.length).toBeGreaterThan(0);
		}
	});

	it('accepts the example of the documentation, which names every step kind with its inputs and outputs', () => {
		const page = readFileSync('docs/workflows.md', 'utf8');
		const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
		expect(examples.length).toBeGreaterThan(0);
		for (const example of examples) expect(parsed(example).jobs.length).toBeGreaterThan(0);
		for (const kind of stepKinds) {
			const { role, inputs, outputs } = stepKindFacts[kind];
			const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(', ');
			const cells = [names([kind]), role ?? '', names(inputs), names(outputs)];
			expect(page.replace(/ +/g, ' ')).toContain(`| ${cells.join(' | ')} |`.replace(/ +/g, ' '));
		}
	});

	it('gives what is not written its default', () => {
		expect(parsed(workflow('  a:\n    uses: plan\n')).jobs).toEqual([
			{
				id: 'a',
				uses: 'plan',
				needs: [],
				if: null,
				with: {},
				role: 'plan',
				model: null,
				timeoutMinutes: 30,
				retries: 2,
				sendsBackTo: [],
				line: 3,
			},
		]);
	});

	it('takes one name or a list, a condition with or without its braces, and values of any type', () => {
		const { jobs } = parsed(
			workflow(`  a:
    uses: plan
    model: anthropic/x@high
  b:
    uses: publish
    needs: a
    if: \${{ always() }}
  c:
    uses: gate
    needs: [a, b]
    sends-back-to: a
    if: needs.b.outputs.pullRequest > 0
    timeout-minutes: 0.5
    retries: 0
    with: { pullRequest: { deep: ["\${{ needs.b.outputs.pullRequest }}", 2, true, null] } }
`),
		);
		expect(jobs.map((job) => [job.needs, job.if, job.model, job.sendsBackTo])).toEqual([
			[[], null, ['anthropic/x@high'], []],
			[['a'], 'always()', null, []],
			[['a', 'b'], 'needs.b.outputs.pullRequest > 0', null, ['a']],
		]);
		expect(jobs[2]).toMatchObject({
			timeoutMinutes: 0.5,
			retries: 0,
			with: { pullRequest: { deep: [expect.stringContaining('pullRequest'), 2, true, null] } },
		});
	});

	it('puts needs first and keeps the order of the file otherwise', () => {
		const source = workflow(
			'  c:\n    uses: gate\n    needs: b\n  b:\n    uses: plan\n    needs: a\n  a:\n    uses: plan\n  d:\n    uses: plan\n',
		);
		expect(parsed(source).jobs.map((job) => job.id)).toEqual(['a', 'b', 'c', 'd']);
	});
});

describe('refusing a workflow', () => {
	it('names all mistakes at once, each where it stands', () => {
		const source = `name: x
colour: red
jobs:
  a:
    uses: triag
    need: [b]
  b:
    uses: plan
    needs: [a, zzz, a]
    timeout-minutes: 0
    retries: 1.5
  d:
    uses: explore
    needs: [b]
    sends-back-to: e
    model: opus
  e:
    uses: gate
    needs: [b]
    model: anthropic/x
    with:
      pullRequests: 1
`;
		expect(problemsOf(source)).toEqual([
			expect.stringMatching(/^2:1 colour: unknown key/),
			expect.stringMatching(/^5:11 jobs\.a\.uses: .*got triag.*did you mean triage\?/),
			expect.stringMatching(/^6:5 jobs\.a\.need: unknown key .*did you mean needs\?/),
			expect.stringMatching(/^9:16 jobs\.b\.needs\[1\]: unknown job \(got zzz/),
			expect.stringMatching(/^9:21 jobs\.b\.needs\[2\]: the job is named twice/),
			expect.stringMatching(/^10:22 jobs\.b\.timeout-minutes: .*expected more than 0/),
			expect.stringMatching(/^11:14 jobs\.b\.retries: .*whole number/),
			expect.stringMatching(/^15:20 jobs\.d\.sends-back-to: work can only be sent back to a job that this one needs/),
			expect.stringMatching(/^16:12 jobs\.d\.model: this does not name a model/),
			expect.stringMatching(/^20:12 jobs\.e\.model: gate uses no model/),
			expect.stringMatching(/^22:21 jobs\.e\.with\.pullRequests: unknown input of gate .*did you mean pullRequest\?/),
		]);
	});

	it('names a cycle as a path', () => {
		const source = workflow(
			'  a:\n    uses: plan\n    needs: c\n  b:\n    uses: plan\n    needs: a\n  c:\n    uses: plan\n    needs: b\n',
		);
		expect(problemsOf(source)).toEqual([expect.stringMatching(/^5:12 jobs\.a\.needs: .*got a -> c -> b -> a;/)]);
		expect(problemsOf(workflow('  a:\n    uses: plan\n    needs: a\n'))).toEqual([
			expect.stringContaining('got a -> a;'),
		]);
	});

	it('knows the models when it is told them', () => {
		const source = workflow('  a:\n    uses: plan\n    model: [openrouter/x/y, openai/gpt-5]\n');
		expect(problemsOf(source)).toEqual([]);
		expect(problemsOf(source, ['openrouter/*', 'openai/gpt-5.5'])).toEqual([
			expect.stringMatching(/^5:29 jobs\.a\.model\[1\]: unknown model .*did you mean openai\/gpt-5\.5\?/),
		]);
	});

	it('refuses a file without jobs, or with ids that expressions could not tell apart', () => {
		expect(problemsOf('')).toEqual([
			expect.stringContaining('name: this key is missing'),
			expect.stringContaining('jobs: this key is missing'),
			expect.stringContaining('there are no jobs'),
		]);
		expect(problemsOf('name: w\njobs: [a]\n')[0]).toMatch(/^2:7 jobs: the type is wrong .*expected a map/);
		expect(problemsOf(workflow('  constructor:\n    uses: plan\n  1a:\n    uses: plan\n'))).toHaveLength(2);
		expect(problemsOf(workflow('  Plan:\n    uses: plan\n  plan:\n    uses: plan\n'))).toEqual([
			expect.stringMatching(/^6:5 jobs\.plan: the name differs from Plan only in its case/),
		]);
		const many = Array.from({ length: 101 }, (_, index) => `  j${index}:\n    uses: plan\n`).join('');
		expect(problemsOf(workflow(many))).toEqual([expect.stringContaining('too many jobs (got 101')]);
	});
});

describe('checking expressions before a run', () => {
	const before = '  a:\n    uses: plan\n  b:\n    uses: explore\n    needs: a\n';
	function conditionProblems(condition: string): string[] {
		return problemsOf(workflow(`${before}  c:\n    uses: gate\n    needs: [b]\n    if: ${condition}\n`));
	}

	it('follows GitHub: only direct needs can be read', () => {
		expect(conditionProblems("needs.a.outputs.risk == 'high'")).toEqual([
			expect.stringMatching(/^11:9 jobs\.c\.if: a is not in this job's needs/),
		]);
	});

	it.each([
		['needs.b.outputs.finding', /^11:9 .*unknown output of explore .*did you mean findings\?/],
		["true || 'x' == needs.b.output", /^11:24 .*unknown property of a job .*did you mean outputs\?/],
		['needs.bb.result', /^11:9 .*unknown job .*did you mean b\?/],
		['sucess()', /^11:9 .*unknown function .*did you mean success\?/],
		['true && neds.b', /^11:17 .*unknown context .*did you mean needs\?/],
		['config.aprovals.plan', /^11:9 .*unknown key of the configuration .*did you mean approvals\?/],
		['config.gate.tresholds', /did you mean threshold\?/],
		['run.subject.titel', /unknown property of the run .*did you mean title\?/],
		["needs['b'].outputs[run.id]", /^11:9 .*a computed name in outputs cannot be checked/],
		['success() &&', /^11:\d+ .*Unexpected end of expression/],
		['contains(1)', /^11:9 .*Too few parameters/],
		[`"\${{ needs.b.result }} == 'x'"`, /^11:9 .*only partly inside/],
		[`"\${{ 'x"`, /opened and not closed|only partly/],
		['hashFiles(1)', /unknown function/],
	])('refuses %s', (condition, message) => {
		expect(conditionProblems(condition).join('\n')).toMatch(message);
	});

	it.each([
		"needs['b'].outputs.findings == null",
		"NEEDS.B.Outputs.Findings != ''",
		"contains(needs.*.result, 'failure')",
		"always() && config.gate.minimums.safety > 5 && config.commands.anything == ''",
		"run.subject.kind == 'issue' || run.id",
		"fromJSON('[1]')[0] == 1",
		"toJSON(config.mix) != format('{0}', run.requester)",
	])('accepts %s', (condition) => {
		expect(conditionProblems(JSON.stringify(condition))).toEqual([]);
	});

	it('points into texts of several lines, and at the second of two expressions', () => {
		const source = workflow(`${before}  c:
    uses: approve
    needs: [b]
    with:
      message: |
        first \${{ needs.b.result }}
        then \${{ needs.b.outputs.x }} and \${{ nope }}
`);
		expect(problemsOf(source)).toEqual([
			expect.stringMatching(/^14:18 jobs\.c\.with\.message: unknown output of explore/),
			expect.stringMatching(/^14:47 jobs\.c\.with\.message: unknown context \(got nope/),
		]);
	});

	it('goes on checking beside a job that has a mistake of its own', () => {
		const source = workflow(
			'  a:\n    uses: what\n  b:\n    uses: gate\n    needs: a\n    if: needs.a.outputs.anything\n',
		);
		expect(problemsOf(source)).toEqual([expect.stringContaining('jobs.a.uses')]);
	});
});

describe('laws of the order of work', () => {
	/** Edges only from later to earlier names, in a shuffled file order. */
	const acyclic = fc
		.integer({ min: 1, max: 12 })
		.chain((size) =>
			fc.tuple(
				fc.array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size }),
				fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
			),
		);

	function source(needs: Map<number, Set<number>>, order: number[]): string {
		return workflow(
			order
				.map(
					(id) =>
						`  j${id}:\n    uses: plan\n    needs: [${[...(needs.get(id) ?? [])].map((n) => `j${n}`).join(', ')}]\n`,
				)
				.join(''),
		);
	}

	function edges(raw: number[][]): Map<number, Set<number>> {
		return new Map(raw.map((targets, id) => [id, new Set(targets.filter((target) => target < id))]));
	}

	it('reads any graph without a cycle, needs first', () => {
		fc.assert(
			fc.property(acyclic, ([raw, order]) => {
				const { jobs } = parsed(source(edges(raw), order));
				expect(jobs).toHaveLength(raw.length);
				const seen = new Set<string>();
				for (const job of jobs) {
					for (const need of job.needs) expect(seen).toContain(need);
					seen.add(job.id);
				}
			}),
		);
	});

	it('refuses any graph with a way back, naming a cycle that is one', () => {
		fc.assert(
			fc.property(acyclic, fc.nat(), fc.nat(), ([raw, order], from, length) => {
				const needs = edges(raw);
				const first = from % raw.length;
				const last = first + (length % (raw.length - first));
				for (let id = first; id < last; id++) needs.get(id + 1)?.add(id);
				needs.get(first)?.add(last);
				const [problem] = problemsOf(source(needs, order)).filter((line) => line.includes('circle'));
				const cycle = /got (.*?);/.exec(problem ?? '')?.[1]?.split(' -> ') ?? [];
				expect(cycle.length).toBeGreaterThan(1);
				expect(cycle[0]).toBe(cycle.at(-1));
				if ((problem ?? '').includes('…')) return;
				for (const [index, id] of cycle.slice(0, -1).entries()) {
					expect([...(needs.get(Number(id.slice(1))) ?? [])]).toContain(Number(cycle[index + 1]?.slice(1)));
				}
			}),
		);
	});

	it('never throws, whatever the text', () => {
		const alphabet = fc.constantFrom(
			'jobs:',
			'needs',
			': ',
			'\n',
			'  ',
			'- ',
			`\${{`,
			'}}',
			"'",
			'"',
			'[',
			'{',
			'&a',
			'*a',
			'uses',
			'if',
			'x',
			'|',
			'\t',
			'#',
			'!',
			'%',
			'\u0000',
			'\u{1f600}',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join('')),
				),
				(text) => {
					const result = parseWorkflow(text, 'w.yml');
					if (result.kind === 'invalid') expect(formatProblems(result.problems)).not.toBe('');
				},
			),
			{ numRuns: 500 },
		);
	});
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/core/load-policy.ts';
import type { Policy } from '../../src/core/policy.ts';
import { formatProblems } from '../../src/core/problem.ts';

const defaults = readFileSync('config/dark-factory.yml', 'utf8');
const knownModels = [...new Set(defaults.match(/\b(?:anthropic|openai|moonshot)\/[a-z0-9.-]+/g) ?? []), 'local/*'];

function load(text: string | null, knownWorkflows = ['issue-to-pr', 'plan-only']) {
	return loadPolicy({ text, path: '.github/dark-factory.yml', defaults, knownModels, knownWorkflows });
}

function policyOf(text: string | null): { policy: Policy; digest: string; warnings: string } {
	const loaded = load(text);
	if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
	return { ...loaded, warnings: formatProblems(loaded.warnings) };
}

function problemsOf(text: string): string[] {
	const loaded = load(text);
	return loaded.kind === 'ok'
		? []
		: formatProblems(loaded.problems)
				.split('\n')
				.map((line) => line.replace('.github/dark-factory.yml:', ''));
}

describe('merging a configuration over the defaults', () => {
	it('is the defaults when there is none, or nothing in it', () => {
		const { policy, digest, warnings } = policyOf(null);
		expect(policy.gate).toMatchObject({ threshold: 49, merge: 'off' });
		expect(warnings).toBe('');
		for (const text of ['', '# nothing\n', 'limits:\n', 'version: 1\n', 'mix:\n  plan:\ngate: {}\n']) {
			expect(policyOf(text)).toMatchObject({ policy, digest });
		}
	});

	it('merges maps, replaces lists and values', () => {
		const { policy } = policyOf(
			'dispatch:\n  labels: { help: plan-only }\npaths:\n  protected: [x]\nmix:\n  plan: local/a\ncommands: { test: make }\n',
		);
		expect(policy.dispatch.labels).toEqual({ factory: 'issue-to-pr', 'factory:plan': 'plan-only', help: 'plan-only' });
		expect(policy.dispatch.perUserPerDay).toBe(10);
		expect(policy.paths.protected).toEqual(['x']);
		expect(policy.paths.forbidden.length).toBeGreaterThan(3);
		expect(policy.mix.plan).toBe('local/a');
		expect(policy.commands).toEqual({ test: 'make' });
	});

	it('takes a default away where the names are free, and only there', () => {
		const { policy } = policyOf('dispatch:\n  labels:\n    factory:\ngate:\n  minimums:\n    safety:\n  threshold:\n');
		expect(policy.dispatch.labels).toEqual({ 'factory:plan': 'plan-only' });
		expect(policy.gate).toMatchObject({ minimums: { rootCause: 6 }, threshold: 49 });
	});

	it('has one digest for one policy, however it is written', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 70 }),
				fc.integer({ min: 1, max: 5000 }),
				fc.boolean(),
				(threshold, lines, draft) => {
					const settings = [
						`gate: { threshold: ${threshold} }`,
						`limits:\n  changedLines: ${lines} # why`,
						`pullRequest: {"draft": ${draft}}`,
					];
					const one = policyOf(settings.join('\n'));
					const other = policyOf(`# other\n${settings.toReversed().join('\n\n')}\n`);
					expect(other).toEqual(one);
					expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
					expect(one.policy.gate.threshold).toBe(threshold);
					expect(one.digest === policyOf(null).digest).toBe(threshold === 49 && lines === 500 && !draft);
				},
			),
			{ numRuns: 25 },
		);
	});
});

describe('refusing a configuration', () => {
	it('names every mistake with line, value, what was expected and the nearest name', () => {
		expect(
			problemsOf(`versoin: 1
mix:
  plan: anthropic/claude-opus-6
  implement: [local/foo, openai/gpt]
  evaluat: x
  review: 7
limits:
  usdPerRun: 60
  changedLines: many
  minutesPerRun: 0
dispatch:
  permission: read
  apps: [1, x]
gate: { threshold: 80, minimums: { safty: 3, rootCause: 11 }, merge: yes }
commands: { Test: x }
network: { setup: registry }
paths: protected
`),
		).toEqual([
			expect.stringMatching(/^1:1 versoin: unknown key .*did you mean version\?/),
			expect.stringMatching(
				/^3:9 mix\.plan: unknown model \(got anthropic\/claude-opus-6;.*did you mean anthropic\/claude-opus-5\?/,
			),
			expect.stringMatching(/^4:26 mix\.implement\[1\]: unknown model \(got openai\/gpt;/),
			expect.stringMatching(/^5:3 mix\.evaluat: unknown key .*did you mean evaluate\?/),
			expect.stringMatching(/^6:11 mix\.review: the value is not valid \(got 7; expected a text or a list\)/),
			expect.stringMatching(/^9:17 limits\.changedLines: the type is wrong \(got many; expected a number\)/),
			expect.stringMatching(/^10:18 limits\.minutesPerRun: the value is out of range \(got 0; expected more than 0\)/),
			expect.stringMatching(/^12:15 dispatch\.permission: .*expected one of write, maintain, admin/),
			expect.stringMatching(/^13:13 dispatch\.apps\[1\]: the type is wrong \(got x; expected a (whole )?number\)/),
			expect.stringMatching(/^14:20 gate\.threshold: .*\(got 80; expected at most 70\)/),
			expect.stringMatching(/^14:36 gate\.minimums\.safty: unknown key .*did you mean safety\?/),
			expect.stringMatching(/^14:57 gate\.minimums\.rootCause: .*\(got 11; expected at most 10\)/),
			expect.stringMatching(/^14:70 gate\.merge: .*\(got yes; expected one of off, auto\)/),
			expect.stringMatching(/^15:13 commands\.Test: this name cannot be used/),
			expect.stringMatching(/^16:19 network\.setup: .*expected registries or a list/),
			expect.stringMatching(/^17:8 paths: the type is wrong \(got protected; expected a map\)/),
		]);
	});

	it('sees what single keys cannot show', () => {
		expect(problemsOf('limits:\n  usdPerRun: 60\n')).toEqual([
			expect.stringMatching(/^2:14 limits\.usdPerRun: .*\(got 60; expected at most usdPerDay, which is 50\)/),
		]);
		expect(problemsOf('limits: { usdPerDay: 1 }\n')).toEqual([
			expect.stringMatching(/^1:22 limits\.usdPerDay: .*\(got 1; expected at least usdPerRun, which is 5\)/),
		]);
		expect(problemsOf('dispatch:\n  labels: { fix: isue-to-pr }\n')).toEqual([
			expect.stringMatching(/^2:18 dispatch\.labels\.fix: unknown workflow .*did you mean issue-to-pr\?/),
		]);
		expect(problemsOf('mix: { plan: opus }')).toEqual([expect.stringMatching(/^1:14 mix\.plan: .*provider\/model/)]);
		expect(problemsOf('mix: { plan: nobody/x }')).toEqual([expect.stringContaining('a provider of the catalogue')]);
	});

	it('only warns of what is allowed and probably not meant', () => {
		expect(policyOf('mix: { implement: local/x, evaluate: local/x@high }').warnings).toMatch(
			/1:38 mix\.evaluate: the evaluator is the implementer/,
		);
		expect(policyOf('dispatch: { labels: { factory: , "factory:plan": } }').warnings).toContain(
			'no label starts a run',
		);
		expect(policyOf('gate: { merge: auto, checks: [] }').warnings).toContain('without any check');
	});

	it('is an error of ours, not of the repository, when the defaults are broken', () => {
		expect(() => loadPolicy({ text: '', path: 'x', defaults: 'a: [', knownModels })).toThrow('config/dark-factory.yml');
	});

	it('never throws, whatever the text', () => {
		const words = fc.constantFrom(
			'mix',
			'plan',
			':',
			' ',
			'\n',
			'  ',
			'- ',
			'[',
			']',
			'{',
			'}',
			'&a',
			'*a',
			'!!x',
			'?',
			'|',
			'"',
			"'",
			'#',
			'%',
			'\t',
			'1',
			'~',
			'<<',
			'---',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(words, { maxLength: 50 }).map((parts) => parts.join('')),
				),
				(text) => {
					const loaded = load(text);
					if (loaded.kind === 'invalid') expect(loaded.problems.length).toBeGreaterThan(0);
				},
			),
			{ numRuns: 300 },
		);
	});
});

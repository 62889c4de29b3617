import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { loadBindingFiles, loadWorkflow } from '../../workers/intake/load-repository.ts';
import { digestSubject } from '../core/freeze-subject.ts';
import { loadPolicy, policyPath } from '../core/load-policy.ts';
import { formatProblems } from '../core/problem.ts';
import { formatActiveKey } from '../core/subject.ts';
import { version } from '../core/version.ts';
import { createLocalFactory } from '../local-factory.ts';
import { readRecordedModels } from '../replay-factory.ts';
import { type Environment, readSettings } from '../settings.ts';
import { formatJobs, formatRunHeading } from './format-run.ts';
import { exit, type Output } from './output.ts';
import { signalOnStop } from './stop-signal.ts';
import { workThrough } from './work-through.ts';

export interface LocalRequest {
	repo: string;
	/** Path of a file, or the text itself. Its first line is the title. */
	issue: string;
	workflow: string;
	/** A recording whose replies stand in for the models; null asks them. */
	recording: string | null;
}

/**
 * `dark-factory run --repo PATH --issue FILE|TEXT`: the whole road on a local git repository, without GitHub. Leaves a branch in the
 * repository, and under the data directory what would be on GitHub: the pull request's text with the evidence, comments, checks. The
 * journal is shown by `show`, played again by `replay`.
 */
export async function runLocally(environment: Environment, request: LocalRequest, output: Output): Promise<number> {
	const settings = readSettings({ LOG_LEVEL: 'error', ...environment }, 'local');
	const text = existsSync(request.issue) ? readFileSync(request.issue, 'utf8') : request.issue;
	const { title, body } = splitIssue(text);
	if (title === '') {
		output.err('--issue is empty: give a file, or say in a sentence what is wrong.');
		return exit.wrongUse;
	}
	const user = userInfo().username;
	const { factory, forge, base, directory, run } = await createLocalFactory(
		settings,
		environment,
		{
			path: resolve(request.repo),
			issue: { number: 1, title, body },
			user,
		},
		request.recording === null ? {} : { models: readRecordedModels(request.recording) },
	);
	try {
		const loaded = loadPolicy({
			text: await forge.readText(policyPath, base.sha),
			path: policyPath,
			defaults: factory.bundled.defaults,
			knownModels: factory.catalogue.names(),
		});
		if (loaded.kind === 'invalid') {
			output.err(formatProblems(loaded.problems));
			return exit.wrongUse;
		}
		const workflow = await loadWorkflow(factory, forge, base.sha, request.workflow);
		if (workflow.kind === 'refused') {
			output.err(workflow.refusal.message);
			return exit.wrongUse;
		}
		const subject = { kind: 'issue' as const, number: 1 };
		await factory.runs.create({
			id: run,
			repository: forge.repository,
			subject,
			workflow: request.workflow,
			requester: user,
			// Local runs share the made-up issue number, so only the same run is the same.
			activeKey: `${formatActiveKey(forge.repository, subject)}/${run}`,
			createdAt: factory.clock.now(),
			created: {
				type: 'run.created',
				factoryVersion: version,
				frozen: {
					repository: forge.repository,
					installation: null,
					defaultBranch: base.name,
					baseRef: base.name,
					baseSha: base.sha,
					subject: {
						...subject,
						title,
						body,
						author: user,
						url: '',
						labels: [],
						comments: [],
						digest: digestSubject(title, body, []),
					},
					head: null,
					requester: { login: user, id: null, permission: 'admin' },
					trigger: { kind: 'cli', name: 'run', delivery: null },
					// Nobody runs checks on a local branch, and merging it is for the person to do.
					policy: { ...loaded.policy, gate: { ...loaded.policy.gate, checks: [], merge: 'off' } },
					policyDigest: loaded.digest,
					workflow: { name: request.workflow, source: workflow.source, digest: workflow.digest },
					...(await loadBindingFiles(forge, base.sha)),
				},
			},
		});
		output.err(
			`Run ${run} works on ${request.repo} at ${base.sha.slice(0, 12)}; \`dark-factory approve ${run}\` answers it.`,
		);
		const state = await workThrough(factory, run, signalOnStop(), output);
		const branch = [...state.jobs.values()].map((job) => job.outputs.branch).find((value) => typeof value === 'string');
		if (output.format === 'json') {
			output.out(
				JSON.stringify({
					run,
					outcome: state.outcome,
					reason: state.reason,
					branch: branch ?? null,
					directory,
					usd: state.usd,
				}),
			);
		} else {
			output.out(
				`\n${formatRunHeading(state, output.colors)}\n${state.reason}\n\n${formatJobs(state, output.colors)}\n`,
			);
			if (branch !== undefined) output.out(`Branch    ${branch}`);
			const pull = join(directory, 'pull-request.md');
			if (existsSync(pull)) output.out(`Evidence  ${pull}`);
			output.out(`Journal   dark-factory show ${run} --transcript`);
		}
		return state.outcome === 'done' ? exit.done : exit.endedOtherwise;
	} finally {
		await factory.close();
	}
}

/** The first line that says something, without Markdown's heading signs, is the title; the whole text is the body. */
export function splitIssue(text: string): { title: string; body: string } {
	const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
	return {
		title: first
			.replace(/^#+\s*/, '')
			.trim()
			.slice(0, 200),
		body: text.trim(),
	};
}

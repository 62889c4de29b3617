import type { AgentTask } from '../src/agent/agent-task.ts';
import { runAgent } from '../src/agent/run-agent.ts';
import { Fault } from '../src/core/fault.ts';
import type { Forge } from '../src/ports/forge.ts';
import type { Git, GitRepository } from '../src/ports/git.ts';
import { foldRun } from '../src/workflow/fold.ts';
import { buildAgentEnvironment } from './build-agent-environment.ts';
import { inputsOf } from './execute-job.ts';
import type { JobContext } from './job-context.ts';
import type { JobKit } from './job-kit.ts';
import { performEffect } from './perform-effect.ts';
import type { RunSession } from './run-session.ts';

/** Opens what the job needs and binds it to the run. @throws Fault when the repository, the forge or the sandbox cannot be had. */
export async function buildJobContext(
	kit: JobKit,
	session: RunSession,
	id: string,
	signal: AbortSignal,
): Promise<JobContext> {
	const { frozen } = session.state;
	const forge = await kit.forges.open(frozen.repository, frozen.installation);
	const git = await openRepository(kit.git, forge, frozen.repository, frozen.baseSha);
	const state = foldRun(session.workflow, session.state.entries);
	const job = state.jobs.get(id);
	if (job === undefined) throw new Error(`The workflow has no job ${id}.`);
	let agents = 0;
	return {
		run: state.id,
		frozen,
		workflow: session.workflow,
		state,
		job,
		with: inputsOf(session, id),
		signal,
		clock: kit.clock,
		ids: kit.ids,
		log: kit.log,
		forge,
		git,
		sandbox: await kit.sandbox(),
		artifacts: kit.artifacts,
		secrets: kit.secrets,
		rubric: kit.rubric,
		prompt: (name) => {
			const text = kit.prompts.get(name);
			if (text === undefined) throw new Error(`There is no config/prompts/${name}.md.`);
			return text;
		},
		refresh: () => session.state,
		record: (events) => session.append(events),
		effect: (effect) => performEffect(session, id, effect),
		agent: async <T>(task: AgentTask<T>) => {
			agents += 1;
			return runAgent(task, await buildAgentEnvironment(kit, session, id, agents, task.role, signal));
		},
	};
}

/** The host's repository with the base commit in it; the forge is asked for access only when the commit is missing. */
async function openRepository(
	git: Git,
	forge: Forge,
	name: Forge['repository'],
	baseSha: string,
): Promise<GitRepository> {
	const repository = await git.open(name);
	try {
		await repository.treeOf(baseSha);
	} catch (error) {
		if (!(error instanceof Fault)) throw error;
		await repository.ensure(baseSha, await forge.remote());
	}
	return repository;
}

import { createHash } from 'node:crypto';
import { Fault } from '../../src/core/fault.ts';
import type { FrozenFile } from '../../src/core/frozen.ts';
import { type LoadedPolicy, loadPolicy, policyPath } from '../../src/core/load-policy.ts';
import { inlineCode } from '../../src/core/markdown.ts';
import { formatProblemsMarkdown } from '../../src/core/problem.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { parseWorkflow } from '../../src/workflow/parse-workflow.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';
import type { IntakeContext } from './intake-context.ts';

/** Where a repository keeps its own workflows. */
const workflowDirectory = '.github/dark-factory/workflows';

/** Agent instructions, in the order in which a model reads them. Only these, only at the root, only of the base commit. */
const instructionPaths = ['AGENTS.md', 'CLAUDE.md', '.github/copilot-instructions.md', 'CONTRIBUTING.md'];
const missionPaths = ['MISSION.md', 'FACTORY_RULES.md'];

/** The repository's configuration at a commit, over the factory's defaults. `text` is the file's own. */
export async function loadRepositoryPolicy(
	context: IntakeContext,
	forge: Forge,
	sha: string,
): Promise<{ loaded: LoadedPolicy; text: string }> {
	const text = await readOrSay(forge, policyPath, sha);
	const loaded = loadPolicy({
		text,
		path: policyPath,
		defaults: context.bundled.defaults,
		knownModels: context.catalogue.names(),
	});
	return { loaded, text: text ?? '' };
}

export function refuseConfig(loaded: Extract<LoadedPolicy, { kind: 'invalid' }>): Refusal {
	const problems = formatProblemsMarkdown(loaded.problems);
	const message = `Nothing was started, because the configuration has mistakes:\n\n${problems}\n\n\`dark-factory validate\` says the same on your machine.`;
	return { kind: 'config_invalid', message };
}

export type LoadedWorkflow =
	| { kind: 'ok'; workflow: Workflow; source: string; digest: string }
	| { kind: 'refused'; refusal: Refusal };

/** The repository's own workflow of that name at a commit, else the one that comes with the factory. */
export async function loadWorkflow(
	context: Pick<IntakeContext, 'bundled' | 'catalogue'>,
	forge: Forge,
	sha: string,
	name: string,
): Promise<LoadedWorkflow> {
	// The name comes from a comment: it must not walk out of the directory.
	const safe = /^[a-z0-9][a-z0-9-]{0,63}$/i.test(name);
	const path = `${workflowDirectory}/${name}.yml`;
	const own = safe ? await readOrSay(forge, path, sha) : null;
	const source = own ?? (safe ? context.bundled.workflows.get(name) : undefined);
	if (source === undefined) {
		const names = [...context.bundled.workflows.keys()].map(inlineCode).join(', ');
		const message = `There is no workflow ${inlineCode(name.slice(0, 100))}. Known are ${names} and the files in \`${workflowDirectory}/\`.`;
		return { kind: 'refused', refusal: { kind: 'workflow_invalid', message } };
	}
	const parsed = parseWorkflow(source, own === null ? `config/workflows/${name}.yml` : path, {
		knownModels: context.catalogue.names(),
	});
	if (parsed.kind === 'invalid') {
		const problems = formatProblemsMarkdown(parsed.problems);
		const message = `Nothing was started, because the workflow has mistakes:\n\n${problems}`;
		return { kind: 'refused', refusal: { kind: 'workflow_invalid', message } };
	}
	const digest = createHash('sha256').update(source).digest('hex');
	return { kind: 'ok', workflow: parsed.workflow, source, digest };
}

/** The files that bind a run besides its configuration, those that exist. */
export async function loadBindingFiles(
	forge: Forge,
	sha: string,
): Promise<{ instructions: FrozenFile[]; mission: FrozenFile[] }> {
	return {
		instructions: await readAll(forge, instructionPaths, sha),
		mission: await readAll(forge, missionPaths, sha),
	};
}

async function readAll(forge: Forge, paths: readonly string[], sha: string): Promise<FrozenFile[]> {
	const files: FrozenFile[] = [];
	for (const path of paths) {
		const text = await readOrSay(forge, path, sha);
		if (text !== null) files.push({ path, text });
	}
	return files;
}

/** A file that GitHub will not give as text (over 1 MiB) must not stop the delivery for ever: its place says so instead. */
async function readOrSay(forge: Forge, path: string, sha: string): Promise<string | null> {
	try {
		return await forge.readText(path, sha);
	} catch (error) {
		if (!(error instanceof Fault) || error.kind !== 'permanent') throw error;
		return `(${path} could not be read: it is over 1 MiB or not a text file)`;
	}
}

import type { Problem } from '../core/problem.ts';
import { sortProblems } from '../core/problem.ts';
import { findSchemaProblems } from '../core/schema-problems.ts';
import { parseYaml } from '../core/yaml-source.ts';
import { sortByNeeds } from './job-graph.ts';
import type { Workflow } from './workflow.ts';
import { WorkflowReader } from './workflow-reader.ts';
import { WorkflowFile } from './workflow-schema.ts';

export type ParsedWorkflow = { kind: 'ok'; workflow: Workflow } | { kind: 'invalid'; problems: Problem[] };

/**
 * Reads a workflow file and checks all that can be known before a run: every name, the order of work, every expression. All
 * problems at once, in the order of the file, each with line and column. `path` is only for messages. With `knownModels`
 * (`provider/model`, or `provider/*` for any), the jobs' models are checked too. Never throws, whatever the text.
 */
export function parseWorkflow(
	source: string,
	path: string,
	options: { knownModels?: readonly string[] } = {},
): ParsedWorkflow {
	const parsed = parseYaml(source, path);
	if (parsed.kind === 'invalid') return parsed;
	const { value } = parsed.source;
	const ids =
		value.jobs !== null && typeof value.jobs === 'object' && !Array.isArray(value.jobs) ? Object.keys(value.jobs) : [];

	const reader = new WorkflowReader(parsed.source, options.knownModels ?? null);
	reader.problems.push(...findSchemaProblems(WorkflowFile, value, parsed.source));
	if (!reader.checkSize(ids)) return { kind: 'invalid', problems: sortProblems(reader.problems) };
	const drafts = reader.readJobs(ids);
	reader.checkCycles(drafts);
	const jobs = drafts.map((draft) => {
		reader.checkNeeds(draft, ids);
		reader.checkSendsBackTo(draft, drafts, ids);
		reader.checkModels(draft);
		reader.checkInputs(draft);
		return reader.finish(draft, drafts, ids);
	});
	if (reader.problems.length > 0) return { kind: 'invalid', problems: sortProblems(reader.problems) };
	const file = WorkflowFile.parse(value);
	return {
		kind: 'ok',
		workflow: { name: file.name, description: file.description ?? '', jobs: sortByNeeds(jobs), source },
	};
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { loadPolicy, policyPath } from '../core/load-policy.ts';
import type { Problem } from '../core/problem.ts';
import { formatProblems } from '../core/problem.ts';
import { parseWorkflow } from '../workflow/parse-workflow.ts';
import { workflowsPath } from '../workflow/workflow.ts';
import type { Output } from './output.ts';
import { exit } from './output.ts';

/** What the files are checked against. */
export interface ValidateAgainst {
	/** Text of `config/dark-factory.yml`. */
	defaults: string;
	/** The catalogue's `names()`. */
	knownModels: readonly string[];
	/** Names of the factory's own workflows. */
	workflows: readonly string[];
}

interface Report {
	files: string[];
	problems: Problem[];
	warnings: Problem[];
}

function wholeFile(path: string, message: string): Problem {
	return { path, line: null, column: null, key: '', value: null, expected: '', nearest: null, message };
}

/** The file's text, or null when there is none. Anything else that hinders reading is a problem to be named. */
async function readText(path: string, report: Report): Promise<string | null> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
		if (code !== 'ENOENT') report.problems.push(wholeFile(path, `the file cannot be read: ${code}`));
		return null;
	}
}

function checkPolicy(path: string, text: string, report: Report, against: ValidateAgainst, workflows: string[]): void {
	report.files.push(path);
	const knownWorkflows = [...against.workflows, ...workflows];
	const loaded = loadPolicy({ text, path, ...against, knownWorkflows });
	if (loaded.kind === 'ok') report.warnings.push(...loaded.warnings);
	else report.problems.push(...loaded.problems);
}

function checkWorkflow(path: string, text: string, report: Report, against: ValidateAgainst): void {
	report.files.push(path);
	const parsed = parseWorkflow(text, path, { knownModels: against.knownModels });
	if (parsed.kind === 'invalid') report.problems.push(...parsed.problems);
}

async function listWorkflows(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(() => []);
	return names.filter((name) => name.endsWith('.yml')).toSorted();
}

async function checkRepository(root: string, report: Report, against: ValidateAgainst): Promise<void> {
	const folder = join(root, workflowsPath);
	const names = await listWorkflows(folder);
	const policyFile = join(root, policyPath);
	const policy = await readText(policyFile, report);
	if (policy !== null)
		checkPolicy(
			policyFile,
			policy,
			report,
			against,
			names.map((name) => basename(name, '.yml')),
		);
	for (const name of names) {
		const path = join(folder, name);
		const text = await readText(path, report);
		if (text !== null) checkWorkflow(path, text, report, against);
	}
}

async function checkPath(path: string, report: Report, against: ValidateAgainst): Promise<void> {
	const kind = await stat(path).catch(() => null);
	if (kind === null) {
		report.problems.push(wholeFile(path, 'there is no such file or directory'));
		return;
	}
	if (kind.isDirectory()) return checkRepository(path, report, against);
	const text = await readText(path, report);
	if (text === null) return;
	const folder = dirname(path);
	if (basename(folder) === 'workflows') return checkWorkflow(path, text, report, against);
	const workflows = await listWorkflows(join(folder, 'dark-factory', 'workflows'));
	checkPolicy(
		path,
		text,
		report,
		against,
		workflows.map((name) => basename(name, '.yml')),
	);
}

/**
 * `dark-factory validate [PATH…]`: says of configurations and workflows what a run would say. A path is a file (one in a folder
 * `workflows` is a workflow, any other a configuration) or the root of a repository, of which `.github/dark-factory.yml` and
 * `.github/dark-factory/workflows/*.yml` are read; none means the current directory. Exit code 0, or 2 when something is wrong.
 */
export async function validate(paths: readonly string[], against: ValidateAgainst, output: Output): Promise<number> {
	const report: Report = { files: [], problems: [], warnings: [] };
	for (const path of paths.length === 0 ? ['.'] : paths) await checkPath(path, report, against);

	const ok = report.problems.length === 0;
	if (output.format === 'json') {
		output.out(JSON.stringify({ ok, ...report }, null, 2));
		return ok ? exit.done : exit.wrongUse;
	}
	if (report.warnings.length > 0) output.err(output.colors.yellow(formatProblems(report.warnings)));
	if (!ok) {
		output.out(formatProblems(report.problems));
		return exit.wrongUse;
	}
	if (report.files.length === 0) output.out(`No ${policyPath} and no workflows here: the defaults hold.`);
	for (const file of report.files) output.out(`${output.colors.green('ok')} ${file}`);
	return exit.done;
}

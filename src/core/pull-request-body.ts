import { formatDuration, formatUsd } from './amounts.ts';
import type { Blueprint } from './blueprint.ts';
import type { ChangeSet } from './change-set.ts';
import type { JudgedClaim } from './claim.ts';
import { formatMarker } from './effect-marker.ts';
import type { CommandRecord, Evidence } from './evidence.ts';
import type { Frozen } from './frozen.ts';
import { codeBlock, cut, inlineCode, plain, tableCell } from './markdown.ts';
import { packSections, type Section } from './pack-sections.ts';
import type { JobState } from './run-state.ts';
import type { TestReport } from './test-results/test-report.ts';

/** GitHub refuses bodies over 65,536 characters; the rest is room for what other programs add to a description. */
export const bodyLimit = 60_000;

/** Raw characters of one text from outside; escaping can at most quadruple it, which still fits one comment. */
const textLimit = 6_000;
const excerptLimit = 4_000;

export interface PullRequestFacts {
	run: string;
	factoryVersion: string;
	frozen: Frozen;
	blueprint: Blueprint | null;
	/** What the implementer says it did. */
	summary: string;
	changes: ChangeSet;
	evidence: Evidence;
	claims: JudgedClaim[];
	/** What the reviewer left open. */
	findings: string[];
	jobs: Pick<JobState, 'id' | 'arm' | 'turns' | 'usage' | 'usd' | 'unpriced' | 'wallMs'>[];
	headSha: string;
	branch: string;
	/** How the implementer worked, in a line; null when it was not measured. */
	grade: string | null;
}

/**
 * The pull request's description, in the order that reviewers are promised, and the follow-up comments with what does not fit.
 * Every text from outside (titles, paths, outputs, a model's words) is inert: it pings nobody, closes nothing, shows no image.
 */
export function buildPullRequestBody(facts: PullRequestFacts): { body: string; followUps: string[] } {
	const head = formatMarker(facts.run, 'pull-request');
	const formatHead = (part: number) =>
		`${formatMarker(facts.run, `pull-request-more-${part}`)}\n*Continues the description of this pull request (part ${part}).*`;
	const sections = [
		summarize(facts),
		askFor(facts),
		...describePlan(facts),
		listChanges(facts),
		...listEvidence(facts.evidence, facts.headSha),
		listClaims(facts.claims),
		listRisks(facts),
		listCosts(facts),
		describeProvenance(facts),
		explainRollback(facts),
	];
	return packSections(head, sections, bodyLimit, formatHead);
}

function summarize({ frozen, blueprint, summary }: PullRequestFacts): Section {
	const items = [...new Set([blueprint?.summary ?? '', summary])].filter((text) => text.trim() !== '').map(prose);
	const link = frozen.subject.kind === 'issue' ? [`Fixes #${frozen.subject.number}`] : [];
	return { heading: '## Summary', lead: '', items: [...items, ...link], separator: '\n\n' };
}

function askFor({ frozen, blueprint }: PullRequestFacts): Section {
	const { subject, requester } = frozen;
	const constraints = (blueprint?.constraints ?? []).map((text) => `- Binding: ${prose(text)}`).join('\n');
	const body =
		subject.body.trim() === ''
			? []
			: [
					`<details><summary>The request as it was frozen</summary>\n\n${codeBlock(cut(subject.body, textLimit), 'text')}\n\n</details>`,
				];
	const items = [
		`**${plain(cut(subject.title, 1_000))}**, by ${inlineCode(subject.author)}, asked for by ${inlineCode(requester.login)}.`,
		...(constraints === '' ? [] : [constraints]),
		...body,
	];
	return { heading: '## What was asked', lead: '', items, separator: '\n\n' };
}

function describePlan({ blueprint }: PullRequestFacts): Section[] {
	if (blueprint === null) return [list('## Plan', ['There was no plan.'])];
	const steps = blueprint.steps.map((step, index) => `${index + 1}. ${prose(step)}`);
	const files = blueprint.files.map((file) => `- ${inlineCode(file.path)}: ${prose(file.why)}`);
	const tests = blueprint.tests.map((test) => `- Test in ${inlineCode(test.file)}: ${prose(test.name)}`);
	const plan = list('## Plan', [...steps, ...files, ...tests]);
	return [{ ...plan, lead: `Cause or goal: ${prose(blueprint.rootCause)}\n` }];
}

function listChanges({ changes }: PullRequestFacts): Section {
	const rows = changes.files.map((file) => {
		const lines = file.binary ? 'binary' : `+${file.addedLines} -${file.deletedLines}`;
		return `| ${cellCode(file.path)} | ${file.status} | ${lines} |`;
	});
	return table('## Changes', ['file', 'change', 'lines'], rows);
}

function listEvidence(evidence: Evidence, headSha: string): Section[] {
	const rows = evidence.records.map((record) => {
		const exit = record.timedOut ? 'time limit' : String(record.exitCode ?? 'killed');
		const state = record.on === 'head' ? `head ${shortCode(headSha)}` : `base ${shortCode(evidence.baseSha)}`;
		const mark = record.verdict === 'as_expected' ? 'as expected' : '**not as expected**';
		const cells = [
			tableCell(record.name),
			cellCode(record.command),
			exit,
			formatDuration(record.durationMs),
			state,
			mark,
		];
		return `| ${cells.join(' | ')} | ${cellCode(record.outputDigest)} |`;
	});
	const intro = `Run by the host in the sandbox ${inlineCode(evidence.sandbox)}, on a clean checkout of tree ${shortCode(evidence.treeSha)}.`;
	const none = 'No command could be run.';
	const columns = ['what', 'command', 'exit', 'duration', 'on', 'means', 'digest of the output'];
	const main = table('## Evidence', columns, rows);
	return [
		rows.length === 0 ? list('## Evidence', [none]) : { ...main, lead: `${intro}\n\n${main.lead}` },
		...(evidence.tests ?? []).map(listTests),
		{ heading: '### Output', lead: '', items: evidence.records.map(showOutput), separator: '\n\n' },
	];
}

function listTests({ name, command, passed, failed, skipped, moved, more }: TestReport): Section {
	const lead = `${inlineCode(cut(command, textLimit))}: ${passed} passed, ${failed} failed, ${skipped} skipped.\n`;
	const rest = more === 0 ? [] : [`- and ${more} more`];
	const items = moved?.map((test) => `- ${test.movement.replace('-', ' ')}: ${plain(test.name)}`);
	const none = moved === null ? 'Not compared: the base has no results of it.' : 'No test changed its state.';
	const said = items === undefined || items.length === 0 ? [none] : [...items, ...rest];
	return { heading: `### Tests of ${plain(name)}`, lead, items: said, separator: '\n' };
}

function showOutput(record: CommandRecord): string {
	const excerpt = record.excerpt.trim() === '' ? '(no output)' : lastOf(record.excerpt, excerptLimit);
	const title = `${escapeHtml(record.name)} on the ${record.on}, ${record.source === 'manifest' ? "from the repository's manifest" : `from the ${record.source}`}`;
	return `<details><summary>${title}</summary>\n\n${codeBlock(excerpt, 'text')}\n\n</details>`;
}

function listClaims(claims: readonly JudgedClaim[]): Section {
	const rows = claims.map(({ text, status, records }) => {
		const evidence = records.length === 0 ? 'none' : records.map((name) => tableCell(name)).join(', ');
		return `| ${tableCell(cut(text, textLimit))} | ${status === 'verified' ? status : `**${status}**`} | ${evidence} |`;
	});
	if (rows.length === 0) return list('## Verified and assumed', ['The implementer made no claims.']);
	return table('## Verified and assumed', ['claim', 'status', 'evidence'], rows);
}

function listRisks({ blueprint, evidence, findings }: PullRequestFacts): Section {
	const items = [
		...(blueprint?.risks ?? []).map((text) => `- Risk: ${prose(text)}`),
		...(blueprint?.outOfScope ?? []).map((text) => `- Not done: ${prose(text)}`),
		...evidence.gaps.map((text) => `- Not proven: ${prose(text)}`),
		...(evidence.doubts ?? []).map((text) => `- Look closely: ${prose(text)}`),
		...findings.map((text) => `- Open after review: ${prose(text)}`),
	];
	return list('## Risks and what was not done', items.length === 0 ? ['None are known.'] : items);
}

function listCosts({ jobs }: PullRequestFacts): Section {
	const worked = jobs.filter((job) => job.turns > 0 || job.wallMs > 0);
	const rows = worked.map((job) => {
		const { fresh, cached, cacheWrite, output } = job.usage;
		const cells = [
			tableCell(job.id),
			job.arm === null ? 'host' : cellCode(job.arm),
			job.turns,
			fresh,
			cached,
			cacheWrite,
			output,
		];
		return `| ${cells.join(' | ')} | ${formatUsd(job.usd, job.unpriced)} | ${formatDuration(job.wallMs)} |`;
	});
	const usd = jobs.reduce((sum, job) => sum + job.usd, 0);
	const unpriced = jobs.reduce((sum, job) => sum + job.unpriced, 0);
	const turns = jobs.reduce((sum, job) => sum + job.turns, 0);
	const wall = jobs.reduce((sum, job) => sum + job.wallMs, 0);
	rows.push(
		`| **all, until published** | | ${turns} | | | | | ${formatUsd(usd, unpriced)} | ${formatDuration(wall)} |`,
	);
	const columns = ['job', 'arm', 'turns', 'fresh', 'cached', 'cache write', 'output', 'USD', 'wall time'];
	return table('## Cost', columns, rows);
}

function describeProvenance({
	run,
	factoryVersion,
	frozen,
	evidence,
	headSha,
	jobs,
	grade,
}: PullRequestFacts): Section {
	const models = [...new Set(jobs.flatMap((job) => (job.arm === null ? [] : [job.arm])))];
	return list('## Provenance', [
		`- Run ${inlineCode(run)} of Dark Factory ${inlineCode(factoryVersion)}, workflow ${inlineCode(frozen.workflow.name)}`,
		`- Workflow digest ${inlineCode(frozen.workflow.digest)}, config digest ${inlineCode(frozen.policyDigest)}, request digest ${inlineCode(frozen.subject.digest)}`,
		`- Base ${inlineCode(frozen.baseSha)}, head ${inlineCode(headSha)}, tree ${inlineCode(evidence.treeSha)}`,
		`- Models: ${models.length === 0 ? 'none' : models.map(inlineCode).join(', ')}`,
		...(grade === null ? [] : [`- Trajectory of the implementer, measured from the journal: ${plain(grade)}`]),
	]);
}

function explainRollback({ branch, frozen }: PullRequestFacts): Section {
	return list('## How to roll back', [
		`- Before the merge: close this pull request and delete the branch ${inlineCode(branch)}; nothing else was changed.`,
		`- After the merge: press **Revert** on this page, or revert the merge commit on ${inlineCode(frozen.baseRef)}.`,
	]);
}

function list(heading: string, items: string[]): Section {
	return { heading, lead: '', items, separator: '\n' };
}

function table(heading: string, columns: string[], rows: string[]): Section {
	const lead = `| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}`;
	return { heading, lead, items: rows, separator: '\n' };
}

function prose(text: string): string {
	return plain(cut(text, textLimit));
}

function cellCode(text: string): string {
	return inlineCode(cut(text, textLimit)).replace(/\|/g, '\\|');
}

function shortCode(sha: string): string {
	return inlineCode(sha.slice(0, 12));
}

/** The end of an output says more than its beginning. */
function lastOf(text: string, limit: number): string {
	return text.length <= limit ? text : `(cut)\n${text.slice(-limit).replace(/^[\udc00-\udfff]/, '')}`;
}

function escapeHtml(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

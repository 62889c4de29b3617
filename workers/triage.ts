import { endJob } from '../src/core/end-job.ts';
import { fence } from '../src/core/fence.ts';
import { instructionsPrompt } from '../src/core/instructions-prompt.ts';
import { issuePrompt } from '../src/core/issue-prompt.ts';
import { renderPrompt } from '../src/core/prompt.ts';
import { checkTriage, decideTriage, TriageReport } from '../src/core/triage.ts';
import { triageComment } from '../src/core/triage-comment.ts';
import { cleanPlain, type UntrustedFinding } from '../src/core/untrusted.ts';
import type { Issue } from '../src/ports/forge/issues.ts';
import { commentOnce } from './comment-once.ts';
import type { Stage } from './job-context.ts';

/** Open issues that are shown, for duplicates. */
const othersLimit = 100;

/** Decides whether the request is work for the factory: one call, no tools, nothing to leak. */
export const triage: Stage = async (context) => {
	const { frozen } = context;
	const issue = issuePrompt(frozen);
	const open = await context.forge.openIssues(othersLimit);
	const others = open.filter(({ number, isPullRequest }) => number !== frozen.subject.number && !isPullRequest);
	const titles = others.map(({ number, title }) => `#${number} ${cleanPlain(title).text.slice(0, 200)}`);
	const edited = findEdit(frozen.subject, await context.forge.issue(frozen.subject.number));
	const findings = [...issue.findings, ...edited];
	if (findings.length > 0) context.log.warn({ run: context.run, findings }, 'suspicious text in request');

	const { system, prompt } = renderPrompt(context.prompt('triage'), {
		mission: instructionsPrompt(
			frozen.mission,
			'(the repository states none: everything that improves it is in scope)',
		),
		issue: issue.text,
		others: titles.length === 0 ? '(none)' : fence(titles.join('\n'), 'titles of other open issues'),
	});
	const end = await context.agent({
		role: 'triage',
		system,
		prompt,
		submit: TriageReport,
		check: (report) =>
			checkTriage(
				report,
				others.map(({ number }) => number),
			),
		tools: [],
		workspace: null,
	});
	if (end.kind === 'stopped') return endJob(end.outcome, end.reason);

	const report = end.value;
	const decision = decideTriage(report);
	const outputs = {
		decision: decision.kind,
		kind: report.kind,
		risk: report.risk,
		priority: report.priority,
		report: { ...report, findings },
	};
	if (decision.kind === 'accept') return endJob('done', decision.reason, outputs);
	await commentOnce(context, 'triage', triageComment(context.run, decision, report));
	if (decision.kind === 'refuse') return endJob('refused', decision.reason, outputs);
	const missing = decision.missing.length === 0 ? '' : ` Missing: ${decision.missing.join('; ')}`;
	return endJob('needs_human', `${decision.reason}${missing}`, outputs);
};

/** The frozen text is used whatever happens to the issue later; that it is another text by now is worth knowing. */
function findEdit(frozen: { title: string; body: string }, current: Issue | null): UntrustedFinding[] {
	if (current === null || (current.title === frozen.title && current.body === frozen.body)) return [];
	return [
		{
			kind: 'edited_since',
			what: 'the issue was edited after the run was asked for; the earlier text is used',
			excerpt: '',
		},
	];
}

import { formatMarker } from './effect-marker.ts';
import { plain } from './markdown.ts';
import type { TriageDecision, TriageReport } from './triage.ts';

const wayOut = {
	question:
		'This reads as a question, and only requests for a change are worked on. If something should change, describe what and label the issue again.',
	out_of_scope:
		"This seems to lie outside of what the repository's mission files allow. If that is wrong, say in a comment why it belongs here (or extend MISSION.md) and write `/factory run`.",
	refused:
		'If you see it differently, add what was missed to the issue and write `/factory run`, or label the issue again.',
} as const;

/** What is said on the issue when triage does not let it pass. */
export function triageComment(
	run: string,
	decision: Exclude<TriageDecision, { kind: 'accept' }>,
	report: TriageReport,
): string {
	const lines = [formatMarker(run, 'triage')];
	if (decision.kind === 'refuse') {
		lines.push(`**Not taken on.** ${plain(decision.reason)}`, '', wayOut[decision.why]);
	} else {
		lines.push(`**A human has to decide first.** ${plain(decision.reason)}`);
		if (decision.missing.length > 0)
			lines.push('', 'What is missing:', ...decision.missing.map((item) => `- ${plain(item)}`));
		lines.push('', 'Add it to the issue (edit it, or comment), then write `/factory run`.');
	}
	if (report.duplicates.length > 0) {
		lines.push('', `It may ask for the same as ${report.duplicates.map((number) => `#${number}`).join(', ')}.`);
	}
	return lines.join('\n');
}

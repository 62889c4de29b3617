import type { Seen } from '../../src/demo/scenario.ts';

/** What people see on GitHub in the end, without what no two runs share: ids, SHAs, times, ports and the cost of what was asked twice. */
export function normalForm({ seen, history, run }: { seen: Seen; history: string[]; run: string }) {
	const text = (given: string) =>
		given
			.replaceAll(run, 'RUN')
			.replace(/\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b/g, 'SHA')
			.replace(/127\.0\.0\.1:\d+/g, 'HOST')
			.replace(/\$\d+(\.\d+)?/g, 'USD')
			.replace(/\bsha256:[0-9a-f]{64}\b/g, 'DIGEST')
			.replace(/\b\d+(\.\d+)? (ms|s|min)\b|\b\d+\.\d+ms\b/g, 'TIME')
			.replace(/\bduration_ms \d+(\.\d+)?/g, 'TIME');
	const comments = (given: Seen['issue']['comments']) =>
		given.map(({ author, body }) => ({ author, body: text(body) })).toSorted((a, b) => (a.body < b.body ? -1 : 1));
	return {
		outcome: seen.outcome,
		issue: { ...seen.issue, labels: seen.issue.labels.toSorted(), comments: comments(seen.issue.comments) },
		pulls: seen.pulls.map((pull) => ({
			...pull,
			body: text(pull.body),
			branch: text(pull.branch),
			headSha: 'SHA',
			comments: comments(pull.comments),
			checks: pull.checks
				.map((check) => ({ ...check, summary: text(check.summary) }))
				.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
		})),
		branches: seen.branches.map(({ name, files }) => ({ name: text(name), files })),
		history: history.map(text),
	};
}

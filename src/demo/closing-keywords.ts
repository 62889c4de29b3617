/**
 * Issues that GitHub closes when a pull request with this text is merged into the default branch
 * (https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue).
 */
export function closedIssues(body: string): number[] {
	const found = body.matchAll(/\b(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?\s+#(\d+)\b/gi);
	return [...new Set([...found].map(([, number]) => Number(number)))];
}

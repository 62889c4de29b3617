import type { z } from 'zod';

/** What is wrong with a value, a line each, for the model that is to send it again. At most ten lines. */
export function formatIssues(error: z.ZodError): string {
	const lines = error.issues.map((issue) => {
		const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
		return `- ${path === '' ? '(the whole value)' : path.replace(/^\./, '')}: ${issue.message}`;
	});
	if (lines.length > 10) lines.splice(10, lines.length, `- and ${error.issues.length - 10} more`);
	return lines.join('\n');
}

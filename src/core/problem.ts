/** One mistake in a file that a person wrote, with everything needed to mend it. */
export interface Problem {
	/** The file, as the reader knows it: relative to the repository. */
	path: string;
	/** 1-based; null when the problem is of the file as a whole. */
	line: number | null;
	/** 1-based. */
	column: number | null;
	/** Dotted: `limits.usdPerRun`, `jobs.plan.needs`; empty for the file as a whole. */
	key: string;
	/** What was found, shortened; null when something is missing. */
	value: string | null;
	/** What would have been right; empty when the message says it. */
	expected: string;
	/** The valid name that was probably meant. */
	nearest: string | null;
	message: string;
}

/** In the order of the file; what is of the file as a whole comes first. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
	return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function formatPlace(problem: Problem): string {
	return [problem.path, problem.line, problem.column].filter((part) => part !== null).join(':');
}

function formatHints(problem: Problem, quote: (text: string) => string): string {
	const hints = [];
	if (problem.value !== null) hints.push(`got ${quote(problem.value)}`);
	if (problem.expected !== '') hints.push(`expected ${quote(problem.expected)}`);
	if (problem.nearest !== null) hints.push(`did you mean ${quote(problem.nearest)}?`);
	return hints.length === 0 ? '' : ` (${hints.join('; ')})`;
}

/** One line per problem, as compilers write them: `path:line:column key: message (got …; expected …; did you mean …?)`. */
export function formatProblems(problems: readonly Problem[]): string {
	return problems
		.map((problem) => {
			const key = problem.key === '' ? '' : ` ${problem.key}`;
			return `${formatPlace(problem)}${key}: ${problem.message}${formatHints(problem, (text) => text)}`;
		})
		.join('\n');
}

/**
 * Quotes a text that a stranger may have written as one span of Markdown code: no line break, and a fence longer than any run of
 * backticks inside, so that it cannot end the span and go on as a mention, a link or a heading.
 */
function formatCode(text: string): string {
	const flat = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
	const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((match) => match[0].length));
	const fence = '`'.repeat(longest + 1);
	const pad = flat.startsWith('`') || flat.endsWith('`') || flat === '' ? ' ' : '';
	return `${fence}${pad}${flat}${pad}${fence}`;
}

/** The YAML parser quotes the file in its messages, and the file's author may mean to mention, link or shout. */
function escapeMarkdown(text: string): string {
	const flat = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
	const escaped = flat.replace(/[\\`*_[\]<>#~|!&]/g, '\\$&');
	return escaped.replaceAll('@', '&#64;').replaceAll('://', ':&#47;&#47;');
}

const markdownLimit = 30;

/** A Markdown list for an issue comment; at most thirty problems, and how many more there are. Safe for hostile values. */
export function formatProblemsMarkdown(problems: readonly Problem[]): string {
	const lines = problems.slice(0, markdownLimit).map((problem) => {
		const key = problem.key === '' ? '' : ` ${formatCode(problem.key)}`;
		return `- ${formatCode(formatPlace(problem))}${key}: ${escapeMarkdown(problem.message)}${formatHints(problem, formatCode)}`;
	});
	if (problems.length > markdownLimit) lines.push(`- and ${problems.length - markdownLimit} more`);
	return lines.join('\n');
}

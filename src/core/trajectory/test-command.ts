import { bare, splitCommand } from './command-parts.ts';

/** Programs that run tests, in the ecosystems that the factory detects commands for. */
const runner =
	/^(?:[A-Z_]+=\S* )*(?:(?:npx|bunx|pnpm exec|yarn|poetry run|uv run|bundle exec|python3? -m) )*(?:(?:npm|pnpm|yarn|bun)(?: run)? (?:test|t|check)\b|node\b.* --test\b|node --test\b|(?:vitest|jest|mocha|ava|tap|playwright test|pytest|tox|nox|unittest|rspec|phpunit|ctest)\b|(?:go|cargo|dotnet|mix|swift|deno|make|gradle|\.\/gradlew|mvn|bazel|rake)\b.* ?(?:test|check|verify|nextest)\b)/;

/** Output of a run that went well, for commands whose exit code proves nothing because it was piped away. */
const goodSummary =
	/^(?:# pass [1-9]|ℹ pass [1-9])|\b[1-9]\d* (?:tests? )?pass(?:ed|ing)\b|^test result: ok|^OK\b|^ok\s+\S+\s/m;
const badSummary =
	/^\s*not ok |^\s*(?:✖|✗|✕|×) |\b[1-9]\d* (?:tests? )?fail(?:ed|ing|ures?)\b|^# fail [1-9]|^ℹ fail [1-9]|\bFAILED\b|^--- FAIL/m;

/** Whether one part of a command runs tests: a known command of the repository or the plan, or a runner by its name. */
export function isTestPart(part: string, known: ReadonlySet<string>): boolean {
	return known.has(bare(part)) || runner.test(bare(part));
}

/** How a command that runs tests ended; `none` when it runs none, `unknown` when neither exit code nor output tell. */
export function judgeTestRun(
	run: { command: string; exitCode: number | null; output: string },
	known: ReadonlySet<string>,
): 'passed' | 'failed' | 'unknown' | 'none' {
	const { parts, proven } = splitCommand(run.command);
	if (!parts.some((part) => isTestPart(part, known)) && !known.has(bare(run.command))) return 'none';
	if (run.exitCode !== 0) return 'failed';
	if (proven.some((part) => isTestPart(part, known)) || known.has(bare(run.command))) return 'passed';
	if (badSummary.test(run.output)) return 'failed';
	// Output proves something only where no part of the command can have written the good news itself.
	const forged = parts.some((part) => /^(?:echo|printf|cat|:)\b/.test(part) && /\bok\b|pass/i.test(part));
	if (forged || /\|\|/.test(run.command)) return 'unknown';
	return goodSummary.test(run.output) ? 'passed' : 'unknown';
}

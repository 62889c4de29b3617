import { splitCommand } from './command-parts.ts';
import type { Step } from './step.ts';
import { isTestPart } from './test-command.ts';

const writes =
	/^(?:(?:sed|perl) (?:-\S+ )*-\S*i|cp|mv|rm|ln|tee|touch|patch|git (?:apply|checkout|restore|rm|mv)|node -e|python3? -c)\b|--(?:write|fix)\b/;
const none: ReadonlySet<string> = new Set();

/**
 * Whether a step left other files behind than it found: an edit, or a command that changed the tree and is no test. What a test run
 * itself leaves (coverage, caches) is no change of the work; what is written behind it in the same command is.
 */
export function changesFiles(step: Step): boolean {
	if (step.kind === 'edited') return step.files.length > 0;
	if (step.kind !== 'ran' || step.before === null || step.before === step.after) return false;
	if (step.test === 'none') return true;
	const { parts } = splitCommand(step.command);
	const test = parts.findLastIndex((part) => isTestPart(part, none));
	return parts.slice(test + 1).some((part) => writes.test(part));
}

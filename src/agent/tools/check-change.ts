import { z } from 'zod';
import { findBrokenSyntax } from './check-syntax.ts';
import { findOddText } from './find-odd-text.ts';

/** A parameter of every tool that writes. */
export const allowed = z
	.array(z.enum(['broken_syntax', 'odd_text']))
	.optional()
	.describe('Only after E_SYNTAX or E_TEXT, when the file shall be so');

/** New lines and the index at which the first will stand. */
interface Fresh {
	start: number;
	lines: readonly string[];
}

/**
 * Why a change looks like a slip: it would break a file that parses, or its text looks like a tool's output or an abbreviation.
 * Null when it does not, or when the model said that it is meant.
 */
export function checkChange(
	change: { path: string; before: string; after: string; fresh: readonly Fresh[] },
	allow: z.infer<typeof allowed>,
): string | null {
	if (allow?.includes('odd_text') !== true) {
		for (const { start, lines } of change.fresh) {
			const odd = findOddText(change.path, lines, start, change.before);
			if (odd !== null) {
				return `E_TEXT ${change.path}: ${odd}, or repeat the call with allow: ["odd_text"] if it is meant. Nothing was written.`;
			}
		}
	}
	if (allow?.includes('broken_syntax') === true) return null;
	const broken = findBrokenSyntax(change.path, change.before, change.after);
	if (broken === null) return null;
	return `E_SYNTAX ${change.path} parses now and would not any more: ${broken}. Nothing was written. Mend the edit, or repeat the call with allow: ["broken_syntax"] if more edits follow.`;
}

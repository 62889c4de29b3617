import type { FrozenFile } from './frozen.ts';
import { cut } from './markdown.ts';

/** Characters of all files together; what is over it is cut from the end of the last ones. */
const limit = 30_000;

/**
 * Files of the base commit that the maintainers wrote for agents (AGENTS.md and the like), for a system prompt. They are the
 * repository's own policy, frozen at dispatch: a branch or an issue can not change them.
 */
export function instructionsPrompt(files: readonly FrozenFile[], none: string): string {
	let left = limit;
	const parts: string[] = [];
	for (const file of files) {
		if (left <= 0) break;
		const text = cut(file.text.trim(), left);
		left -= text.length;
		parts.push(`## ${file.path}\n\n${text}`);
	}
	return parts.length === 0 ? none : parts.join('\n\n');
}

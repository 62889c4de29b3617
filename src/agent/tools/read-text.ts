import { locatePath } from './locate-path.ts';
import { openInside } from './open-inside.ts';
import { decodeText } from './text-document.ts';

/** Files over this size are left to commands. */
export const readableBytes = 8 * 1024 * 1024;

export type TextFile =
	| {
			kind: 'text';
			/** Relative to the root, as asked. */
			path: string;
			/** Absolute, with all links followed. */
			real: string;
			text: string;
			mode: number;
	  }
	| { kind: 'absent'; path: string }
	| { kind: 'refused'; reason: string };

/** A text file of the worktree, or why it cannot be one. */
export async function readText(root: string, given: string): Promise<TextFile> {
	const located = locatePath(root, given);
	if (located.kind === 'refused') return located;
	const opened = await openInside(root, located.path, 'file');
	if (opened.kind === 'absent') return { kind: 'absent', path: located.path };
	if (opened.kind === 'refused') return opened;
	try {
		if (opened.stats.size > readableBytes) {
			return {
				kind: 'refused',
				reason: `E_TOO_LARGE ${located.path} has ${opened.stats.size} bytes. Look at parts of it with bash, for example: sed -n '1,100p' FILE | cut -c1-500`,
			};
		}
		const text = decodeText(await opened.handle.readFile());
		if (text === null) {
			return {
				kind: 'refused',
				reason: `E_BINARY ${located.path} (${opened.stats.size} bytes) is binary or not UTF-8. Look at it with bash, for example: file FILE, xxd FILE | head`,
			};
		}
		return { kind: 'text', path: located.path, real: opened.real, text, mode: opened.stats.mode & 0o7777 };
	} finally {
		await opened.handle.close();
	}
}

export function formatAbsent(path: string): string {
	return `E_ABSENT ${path} does not exist. Use glob to find the right path.`;
}

import { createColors } from 'picocolors';
import type { Output } from '../../src/cli/output.ts';

/** An output that keeps what is written. */
export function textOutput(format: Output['format'] = 'text'): Output & { result(): string; progress(): string } {
	const written: string[] = [];
	const complained: string[] = [];
	return {
		out: (text) => void written.push(text),
		err: (text) => void complained.push(text),
		colors: createColors(false),
		format,
		result: () => written.join('\n'),
		progress: () => complained.join('\n'),
	};
}

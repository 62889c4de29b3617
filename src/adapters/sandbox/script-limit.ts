import type { CommandResult } from '../../ports/sandbox.ts';

/** Linux takes no longer argument. https://man7.org/linux/man-pages/man2/execve.2.html */
const scriptLimit = 128 * 1024 - 1;

/** What a shell answers to a command that it cannot take; null when it can. */
export function refuseLongScript(script: string): CommandResult | null {
	const size = Buffer.byteLength(script);
	if (size <= scriptLimit) return null;
	const output = Buffer.from(`the command has ${size} bytes; at most ${scriptLimit} can be run\n`);
	return { exitCode: 126, signal: null, timedOut: false, durationMs: 0, output, outputBytes: output.length };
}
